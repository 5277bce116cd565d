/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/groups.h"

#include "base/memory.h"

#include <string.h>

/* Kinds of the API before it had groups ("v1" for everything), sorted bytewise. */
static const struct {
	const char *kind, *group;
} groups[] = {
	{ "AppliedClusterResourceQuota", "quota.openshift.io" },
	{ "AppliedClusterResourceQuotaList", "quota.openshift.io" },
	{ "BinaryBuildRequestOptions", "build.openshift.io" },
	{ "Build", "build.openshift.io" },
	{ "BuildConfig", "build.openshift.io" },
	{ "BuildConfigList", "build.openshift.io" },
	{ "BuildList", "build.openshift.io" },
	{ "BuildLog", "build.openshift.io" },
	{ "BuildRequest", "build.openshift.io" },
	{ "ClusterNetwork", "network.openshift.io" },
	{ "ClusterNetworkList", "network.openshift.io" },
	{ "ClusterResourceQuota", "quota.openshift.io" },
	{ "ClusterResourceQuotaList", "quota.openshift.io" },
	{ "ClusterRole", "authorization.openshift.io" },
	{ "ClusterRoleBinding", "authorization.openshift.io" },
	{ "ClusterRoleBindingList", "authorization.openshift.io" },
	{ "ClusterRoleList", "authorization.openshift.io" },
	{ "DeploymentConfig", "apps.openshift.io" },
	{ "DeploymentConfigList", "apps.openshift.io" },
	{ "DeploymentConfigRollback", "apps.openshift.io" },
	{ "DeploymentLog", "apps.openshift.io" },
	{ "DeploymentRequest", "apps.openshift.io" },
	{ "EgressNetworkPolicy", "network.openshift.io" },
	{ "EgressNetworkPolicyList", "network.openshift.io" },
	{ "Group", "user.openshift.io" },
	{ "GroupList", "user.openshift.io" },
	{ "HostSubnet", "network.openshift.io" },
	{ "HostSubnetList", "network.openshift.io" },
	{ "Identity", "user.openshift.io" },
	{ "IdentityList", "user.openshift.io" },
	{ "Image", "image.openshift.io" },
	{ "ImageList", "image.openshift.io" },
	{ "ImageSignature", "image.openshift.io" },
	{ "ImageStream", "image.openshift.io" },
	{ "ImageStreamImage", "image.openshift.io" },
	{ "ImageStreamImport", "image.openshift.io" },
	{ "ImageStreamList", "image.openshift.io" },
	{ "ImageStreamMapping", "image.openshift.io" },
	{ "ImageStreamTag", "image.openshift.io" },
	{ "ImageStreamTagList", "image.openshift.io" },
	{ "LocalResourceAccessReview", "authorization.openshift.io" },
	{ "LocalSubjectAccessReview", "authorization.openshift.io" },
	{ "NetNamespace", "network.openshift.io" },
	{ "NetNamespaceList", "network.openshift.io" },
	{ "OAuthAccessToken", "oauth.openshift.io" },
	{ "OAuthAccessTokenList", "oauth.openshift.io" },
	{ "OAuthAuthorizeToken", "oauth.openshift.io" },
	{ "OAuthAuthorizeTokenList", "oauth.openshift.io" },
	{ "OAuthClient", "oauth.openshift.io" },
	{ "OAuthClientAuthorization", "oauth.openshift.io" },
	{ "OAuthClientAuthorizationList", "oauth.openshift.io" },
	{ "OAuthClientList", "oauth.openshift.io" },
	{ "PodSecurityPolicyReview", "security.openshift.io" },
	{ "PodSecurityPolicySelfSubjectReview", "security.openshift.io" },
	{ "PodSecurityPolicySubjectReview", "security.openshift.io" },
	{ "Project", "project.openshift.io" },
	{ "ProjectList", "project.openshift.io" },
	{ "ProjectRequest", "project.openshift.io" },
	{ "ResourceAccessReview", "authorization.openshift.io" },
	{ "Role", "authorization.openshift.io" },
	{ "RoleBinding", "authorization.openshift.io" },
	{ "RoleBindingList", "authorization.openshift.io" },
	{ "RoleBindingRestriction", "authorization.openshift.io" },
	{ "RoleBindingRestrictionList", "authorization.openshift.io" },
	{ "RoleList", "authorization.openshift.io" },
	{ "Route", "route.openshift.io" },
	{ "RouteList", "route.openshift.io" },
	{ "SecurityContextConstraints", "security.openshift.io" },
	{ "SecurityContextConstraintsList", "security.openshift.io" },
	{ "SelfSubjectRulesReview", "authorization.openshift.io" },
	{ "SubjectAccessReview", "authorization.openshift.io" },
	{ "SubjectRulesReview", "authorization.openshift.io" },
	{ "Template", "template.openshift.io" },
	{ "TemplateList", "template.openshift.io" },
	{ "User", "user.openshift.io" },
	{ "UserIdentityMapping", "user.openshift.io" },
	{ "UserList", "user.openshift.io" },
};

const char *openshift_group_of(const char *kind)
{
	size_t low = 0, high = ARRAY_SIZE(groups);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int c = strcmp(kind, groups[middle].kind);

		if (c == 0)
			return groups[middle].group;
		if (c < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

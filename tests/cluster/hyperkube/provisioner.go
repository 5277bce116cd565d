// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"time"

	core "k8s.io/api/core/v1"
	storage "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

// provisioner makes a hostPath volume for every claim whose StorageClass names
// it, on the node that the scheduler chose, and removes it with the claim.
func provisioner(args []string) {
	flags := flag.NewFlagSet(args[0], flag.ExitOnError)
	name := flags.String("name", "hyperkube/host-path", "provisioner name, as in StorageClass.provisioner")
	kubeconfig := flags.String("kubeconfig", "", "how to reach the API server")
	dir := flags.String("dir", "", "directory of the volumes, the same path on each node")
	_ = flags.Parse(args[1:])

	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		die(err)
	}
	client := kubernetes.NewForConfigOrDie(config)
	ctx := context.Background()
	factory := informers.NewSharedInformerFactory(client, 30*time.Second)

	on(factory.Core().V1().PersistentVolumeClaims().Informer(), func(claim *core.PersistentVolumeClaim) error {
		if claim.Annotations["volume.kubernetes.io/storage-provisioner"] != *name ||
			claim.Spec.VolumeName != "" || claim.Spec.StorageClassName == nil || claim.DeletionTimestamp != nil {
			return nil
		}
		class, err := client.StorageV1().StorageClasses().Get(ctx, *claim.Spec.StorageClassName, meta.GetOptions{})
		if err != nil {
			return err
		}
		node := claim.Annotations["volume.kubernetes.io/selected-node"]
		if node == "" && class.VolumeBindingMode != nil && *class.VolumeBindingMode == storage.VolumeBindingWaitForFirstConsumer {
			return nil // the scheduler will say
		}
		_, err = client.CoreV1().PersistentVolumes().Create(ctx, volume(claim, class, *name, *dir, node), meta.CreateOptions{})
		if errors.IsAlreadyExists(err) {
			return nil
		}
		return err
	})
	on(factory.Core().V1().PersistentVolumes().Informer(), func(pv *core.PersistentVolume) error {
		if pv.Annotations["pv.kubernetes.io/provisioned-by"] != *name || pv.Status.Phase != core.VolumeReleased ||
			pv.Spec.PersistentVolumeReclaimPolicy != core.PersistentVolumeReclaimDelete || pv.DeletionTimestamp != nil {
			return nil
		}
		if err := os.RemoveAll(filepath.Join(*dir, pv.Name)); err != nil {
			return err
		}
		err := client.CoreV1().PersistentVolumes().Delete(ctx, pv.Name, meta.DeleteOptions{})
		if errors.IsNotFound(err) {
			return nil
		}
		return err
	})
	factory.Start(ctx.Done())
	select {}
}

// on calls f for each object, at first sight, at each change and at each resync.
func on[T any](informer cache.SharedIndexInformer, f func(*T) error) {
	call := func(object any) {
		if err := f(object.(*T)); err != nil {
			klog.Error(err)
		}
	}
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    call,
		UpdateFunc: func(_, object any) { call(object) },
	})
	if err != nil {
		die(err)
	}
}

func volume(claim *core.PersistentVolumeClaim, class *storage.StorageClass, provisioner, dir, node string) *core.PersistentVolume {
	name := "pvc-" + string(claim.UID)
	create := core.HostPathDirectoryOrCreate
	pv := &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{
			Name:        name,
			Annotations: map[string]string{"pv.kubernetes.io/provisioned-by": provisioner},
		},
		Spec: core.PersistentVolumeSpec{
			StorageClassName: class.Name,
			Capacity:         core.ResourceList{core.ResourceStorage: claim.Spec.Resources.Requests[core.ResourceStorage]},
			AccessModes:      claim.Spec.AccessModes,
			ClaimRef: &core.ObjectReference{
				APIVersion: "v1", Kind: "PersistentVolumeClaim",
				Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID,
			},
			PersistentVolumeSource: core.PersistentVolumeSource{
				HostPath: &core.HostPathVolumeSource{Path: filepath.Join(dir, name), Type: &create},
			},
		},
	}
	if class.ReclaimPolicy != nil {
		pv.Spec.PersistentVolumeReclaimPolicy = *class.ReclaimPolicy
	}
	if node != "" {
		pv.Spec.NodeAffinity = &core.VolumeNodeAffinity{Required: &core.NodeSelector{
			NodeSelectorTerms: []core.NodeSelectorTerm{{MatchExpressions: []core.NodeSelectorRequirement{{
				Key: core.LabelHostname, Operator: core.NodeSelectorOpIn, Values: []string{node},
			}}}},
		}}
	}
	return pv
}

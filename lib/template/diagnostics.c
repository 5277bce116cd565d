/* SPDX-License-Identifier: Apache-2.0 */
#include "template/diagnostics.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"

#define E SEVERITY_ERROR
#define W SEVERITY_WARNING
#define N SEVERITY_NOTE

const struct diagnostic_info diagnostics[] = {
	{ "T001", E, "bad YAML or JSON", "The text cannot be read as YAML or JSON.",
	  "quote what is meant as text; only blanks may indent" },
	{ "T002", E, "not a template",
	  "The document is no Template: `apiVersion` and `kind` must be `kubectl-mysql/v1` `Template`, "
	  "or `template.openshift.io/v1` (or `v1`) `Template`.",
	  "one file holds one template" },
	{ "T003", E, "unknown field", "The language has no such field here. Fields are case-sensitive.",
	  "see docs/templates.md, 'The file'" },
	{ "T004", E, "wrong type of a field", "The field holds another kind of value than it must.",
	  "see docs/templates.md, 'The file'" },
	{ "T005", E, "unknown directive", "The tag is none of the directives of docs/templates.md.", NULL },
	{ "T006", E, "input beyond a limit",
	  "The input is larger or nested deeper than the named limit (lib/base/limits.h).",
	  "split it, or generate it with !for" },
	{ "T007", E, "malformed directive",
	  "The directive lacks a field, has one too many, or stands on the wrong kind of value.",
	  "see docs/templates.md, 'Directives'" },
	{ "T008", E, "file of !include cannot be read",
	  "The file is missing, unreadable, not text, or lies outside the template's folder.",
	  "names are relative to the file that holds the !include" },
	{ "T009", E, "!include of itself", "A file includes itself, directly or through others.",
	  "move what both need into a third file" },
	{ "T010", E, "damaged compiled template",
	  "The program was cut, changed, or written by another version. Compile the template again.",
	  "compile the template again: kubectl mysql template compile" },
	{ "T011", W, "source map does not fit",
	  "The residual was edited after `template expand` wrote it: positions are those of the residual.", NULL },
	{ "T101", E, "bad parameter declaration",
	  "A field of the parameter is unknown, has the wrong type, or contradicts another.",
	  "see docs/templates.md, 'Parameters'" },
	{ "T102", E, "value does not fit the type", "The value cannot be read as the parameter's type.",
	  "give a value of that type, see docs/templates.md, 'Parameters'" },
	{ "T103", E, "value out of bounds", "The value is below `minimum` or above `maximum`.",
	  "see 'minimum' and 'maximum' of the parameter" },
	{ "T104", E, "value not in enum", "The value is none of those that `enum` lists.",
	  "give one of the values of 'enum'" },
	{ "T105", E, "value does not match pattern", "The whole value must match `pattern`.",
	  "see 'pattern' of the parameter" },
	{ "T106", E, "required parameter without value",
	  "The parameter is required and has no value, no default and no generator, or was given as empty.",
	  "leave it out, or give it a value" },
	{ "T107", E, "malformed generator", "A block of `from` cannot be read.",
	  "a block is '[a-z0-9]{8}', '[\\w]{8}', '[\\d]{8}', '[\\a]{8}' or '[\\A]{8}'" },
	{ "T108", E, "bad range in a generator", "The range runs backwards or its ends are of two kinds.",
	  "a range goes up and stays in a-z, A-Z or 0-9" },
	{ "T109", E, "bad length in a generator", "A block generates 1 to 255 characters.",
	  "write several blocks in a row" },
	{ "T110", E, "unknown generator", "`generate` must be `expression`.", NULL },
	{ "T111", E, "parameter declared twice", "Two parameters have one name.", NULL },
	{ "T112", E, "unknown parameter", "A value was given for a parameter that the template does not declare.", NULL },
	{ "T113", E, "parameter was decided differently",
	  "The template was expanded with another value for this parameter.", NULL },
	{ "T114", E, "parameter given twice", "One parameter was given two values at the same rank.",
	  "give it once" },
	{ "T115", E, "bad parameter assignment", "An assignment is written NAME=VALUE.",
	  "write NAME=VALUE" },
	{ "T116", W, "secret given as empty",
	  "A password or secret that has a default, or a value that would be generated, was given as empty.", NULL },
	{ "T201", E, "syntax error in an expression", "The expression cannot be read.",
	  "see docs/templates.md, 'Expressions'" },
	{ "T202", E, "unknown name", "The name is no parameter and bound by no `!for` or `!let` around.", NULL },
	{ "T203", E, "wrong type in an expression", "An operator or function does not take this type of value.",
	  "see docs/templates.md, 'Expressions'" },
	{ "T204", E, "arithmetic", "Division by zero, a result beyond 128-bit fractions, or a number that has no "
			   "finite decimal form.",
	  "see docs/templates.md, 'Expressions'" },
	{ "T205", E, "index out of range", "The list or string has no such item.",
	  "items count from 0; len(x) is how many there are" },
	{ "T206", E, "bad call", "The function does not exist or takes another number of arguments.",
	  "see docs/templates.md, 'Expressions'" },
	{ "T207", E, "work beyond a limit", "Rendering would take more steps, nodes or bytes than the named limit.",
	  "see docs/templates.md, 'Bounds'" },
	{ "T208", E, "bad conversion", "The value cannot be converted to the wanted type.",
	  "see docs/templates.md, 'Expressions'" },
	{ "T209", E, "assertion failed", "The condition of an `!assert` is false.",
	  "kubectl mysql template params shows what can be set" },
	{ "T210", E, "key is not a string", "A computed map key must be a string.",
	  "use string(…)" },
	{ "T211", E, "key collision", "Two keys of a map became equal.",
	  "remove one of the two keys" },
	{ "T212", E, "object is not an object", "An item of `objects` must be a map with a `kind`.",
	  "an object begins with apiVersion, kind and metadata" },
	{ "T213", E, "condition is not a boolean", "`when` and `that` must be true or false.",
	  "compare it, as in x == 'a' or x != 0" },
	{ "T214", E, "not a list", "`in` of a `!for` must be a list.", NULL },
	{ "T215", W, "reference in plain text",
	  "`${NAME}` names a parameter, but only `!text` fills it in (and `${{NAME}}` is OpenShift's, `!expr NAME` here): the text is printed as it stands.", NULL },
	{ "T216", E, "object stands twice",
	  "Two objects have one kind, API group, namespace and name: the second would replace the first.",
	  "remove one of the two, or give it another name" },
	{ "T217", E, "object without a name",
	  "An object needs a `metadata.name` (or a `generateName`) that is a string and not empty.",
	  "set metadata.name" },
	{ "T218", E, "name that Kubernetes refuses",
	  "`metadata.name` must be a DNS-1123 subdomain (of a Service or Namespace: a label).",
	  "use lower-case letters, digits and '-'" },
	{ "T219", W, "comparison with no choice",
	  "`==` or `!=` compares a parameter with a text that its `enum` does not list. Only `template lint` tells.", NULL },
	{ "T301", E, "unknown reference",
	  "`${NAME}` names no parameter; `process` would print it as it stands.", NULL },
	{ "T302", W, "unused parameter", "The parameter is declared and never used.", NULL },
	{ "T303", E, "near-miss reference",
	  "The text looks like a reference and is none, such as `${ X}`, `${a-b}` or `x${{X}}`; `process` would print "
	  "it as it stands.", NULL },
	{ "T304", E, "near-miss generator block",
	  "The text looks like a generator block and is literal, such as `[a-z]` without a length or `.{16}`; or there is no block at all.", NULL },
	{ "T305", W, "value with a reference inside",
	  "Values of parameters are never expanded: the reference is printed as it stands.",
	  "give the text itself" },
	{ "T306", W, "value is no JSON",
	  "`${{NAME}}` reads its value as JSON; this one is not, and is printed as a string.", NULL },
	{ "T307", W, "number loses precision",
	  "The number is beyond 64 bits or a double: it is printed exactly, but Kubernetes would round it.",
	  "write it as a string, or with fewer digits" },
	{ "T308", E, "value breaks JSON",
	  "A string of the template holds JSON, and the value that a reference in it is filled with ends the JSON "
	  "string around it or is no JSON by itself.", NULL },
	{ "T309", E, "null in a list", "`${{NAME}}` gave null as an item of a list.",
	  "give a value, or leave the item out of the template" },
	{ "T310", E, "labels on a list", "Labels cannot be written to a nested `List`.", NULL },
	{ "T311", W, "label of the object is no string", "The object's own labels would be lost in `process`.", NULL },
	{ "T312", N, "namespace dropped", "A literal `metadata.namespace` is removed, as `oc process` does.", NULL },
	{ "T313", E, "unusable parameter name", "Names are letters, digits and `_`: nothing could refer to this one.", NULL },
	{ "T401", N, "converted for Kubernetes", "An object or field that only OpenShift has was converted.", NULL },
	{ "T402", W, "dropped for Kubernetes", "An object or field that only OpenShift has has no counterpart.", NULL },
	{ "T403", E, "cannot be converted for Kubernetes", "The object needs a decision: see the hint.", NULL },
	{ "T501", E, "parameter must be known for OpenShift",
	  "An OpenShift Template can only substitute text: give the parameter to `template expand`.", NULL },
	{ "T502", W, "check is lost for OpenShift", "OpenShift Templates have no types, bounds or patterns.", NULL },
};
const size_t diagnostics_count = ARRAY_SIZE(diagnostics);

const struct diagnostic_info *diagnostic_find(const char *code)
{
	for (size_t i = 0; i < diagnostics_count; i++)
		if (!strcmp(diagnostics[i].code, code))
			return &diagnostics[i];
	return NULL;
}

void diagnose_error(struct error_list *list, const char *code, struct error *err)
{
	const struct diagnostic_info *info;

	if (!err->code)
		err->code = err->class == ERR_LIMIT && !strcmp(code, "T001") ? "T006" : code;
	info = diagnostic_find(err->code);
	if (info) {
		err->severity = info->severity;
		if (!err->hint && info->hint)
			error_hint(err, "%s", info->hint);
	}
	error_list_take(list, err);
}

void diagnose(struct error_list *list, const char *code, const struct pos *pos, const char *hint,
	      const char *fmt, ...)
{
	struct error err = ERROR_INIT;
	struct strbuf sb = STRBUF_INIT;
	va_list ap;

	assert(diagnostic_find(code));
	va_start(ap, fmt);
	strbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	err.class = ERR_INVALID;
	err.message = strbuf_detach(&sb, NULL);
	error_locate(&err, pos);
	if (hint)
		error_hint(&err, "%s", hint);
	diagnose_error(list, code, &err);
}

void diagnostics_print_markdown(struct strbuf *out)
{
	static const char *const severities[] = { "error", "warning", "note" };

	strbuf_addstr(out, "# Diagnostics\n\n"
			   "Printed from the table in `lib/template/diagnostics.c` by `make generate`. Codes are stable.\n\n"
			   "| code | severity | what | when, and what to do |\n| --- | --- | --- | --- |\n");
	for (size_t i = 0; i < diagnostics_count; i++)
		strbuf_addf(out, "| %s | %s | %s | %s |\n", diagnostics[i].code,
			    severities[diagnostics[i].severity], diagnostics[i].title,
			    diagnostics[i].explain);
}

# SPDX-License-Identifier: Apache-2.0
#
# kubectl-mysql. `make help` lists the targets; the knobs are below.
#
#   CC=clang              another compiler (default gcc)
#   CFLAGS=…              optimisation and debugging only; warnings and hardening are added
#   LDFLAGS=…             added to every link
#   DEVELOPER=1           warnings are errors
#   SANITIZE=address,undefined   instrumented, in a build folder of its own
#   BUILD=folder          where everything built goes (default build)
#   PREFIX=/usr/local     where `make install` puts things; DESTDIR goes before it
#   MARIADB_INCLUDE=folder       headers of MariaDB Connector/C (default /usr/include/mariadb)
#   V=1                   whole command lines instead of `  CC file`
#   JOBS=2                tests at the same time (default: number of processors)
#   FUZZ_SECONDS=60       time of each harness in `make fuzz`
#   LAW_CASES=20000       cases of `make check-law`
#   TESTS='file …'        only these files in check-unit, -cli, -scripts, -servers, -cluster
#   LAYERS='unit cli'     only these layers in `make check`
#   CLUSTER=folder        the cluster of cluster-up and cluster-down (default below ~/.local/state)
#   MODE=api NODES=1      its size: api or full (the default), and the number of nodes (3)

ifeq ($(origin CC),default)
CC = gcc
endif
CFLAGS ?= -O2 -g
LDFLAGS ?=
SANITIZE ?=
comma := ,
BUILD ?= build$(if $(SANITIZE),/sanitize-$(subst $(comma),-,$(SANITIZE)))
PREFIX ?= /usr/local
DESTDIR ?=
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 60
MARIADB_INCLUDE ?= /usr/include/mariadb
LAW_CASES ?= 20000
LAYERS ?= lint unit clang cli scripts servers law fuzz sanitize valgrind kubectl cluster
CLUSTER ?= $(or $(XDG_STATE_HOME),$(HOME)/.local/state)/kubectl-mysql/cluster
MODE ?= full
NODES ?= 3
VERSION := $(shell cat VERSION)

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

# ---- flags -------------------------------------------------------------------------------------

WARNINGS = -Wall -Wextra -Wconversion -Wshadow -Wvla -Wmissing-prototypes -Wstrict-prototypes \
	-Wwrite-strings -Wformat=2 -Wundef $(if $(DEVELOPER),-Werror)
SANITIZE_FLAGS = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer)
# Fortified libc calls hide errors from the sanitizers, which see more without them.
HARDENING = $(if $(SANITIZE),,-D_FORTIFY_SOURCE=2) -fstack-protector-strong
COMPILE = $(CC) -std=gnu11 $(CFLAGS) $(SANITIZE_FLAGS) $(HARDENING) $(WARNINGS) -fPIE \
	-ffunction-sections -fdata-sections -D_GNU_SOURCE \
	-DKUBECTL_MYSQL_VERSION='"$(VERSION)"' -I. -Ilib -Itests -isystem $(MARIADB_INCLUDE)
# libyaml, libcurl and libcrypto are opened when first needed, never linked: rendering a template
# of the catalogue needs none of them, and loading them costs more than the whole rendering.
LINK = $(CC) $(CFLAGS) $(SANITIZE_FLAGS) -pie $(LDFLAGS) -Wl,--gc-sections -Wl,--as-needed \
	-Wl,-z,relro,-z,now -Wl,-O1
LIBS = -ldl -lpthread

ifeq ($(V),1)
Q =
say = @:
else
Q = @
say = @printf '  %-7s %s\n'
endif

# ---- what there is -----------------------------------------------------------------------------

LIB_SRC := $(sort $(shell find lib -name '*.c'))
CMD_SRC := $(sort $(shell find cmd -name '*.c'))
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/%.o)
CMD_OBJ := $(CMD_SRC:%.c=$(BUILD)/%.o)
MAIN_OBJ := $(BUILD)/cmd/main.o
TEMPLATES := $(patsubst templates/%/template.yaml,%,$(sort $(wildcard templates/*/template.yaml)))
UNIT := $(patsubst %.c,$(BUILD)/%,$(sort $(shell find tests/unit -name '*.c' 2>/dev/null)))
LAW_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/law/*.c)))
LAW := $(if $(LAW_OBJ),$(BUILD)/tests/law/law)
HARNESSES := $(filter-out driver,$(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/*.c))))
FUZZ := $(HARNESSES:%=$(BUILD)/fuzz/%)
LIBFUZZER := $(HARNESSES:%=$(BUILD)/libfuzzer/%)
BINARY := $(BUILD)/kubectl-mysql
LIBKM := $(BUILD)/libkm.a
LIBCMD := $(BUILD)/libcmd.a

# ---- building ----------------------------------------------------------------------------------

all: $(if $(wildcard cmd/main.c),$(BINARY),$(LIBKM)) ## build $(BUILD)/kubectl-mysql

# Objects depend on this file; it changes when the compiler or a flag does.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(COMPILE) | $(LINK) $(LIBS))' >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# The list of sources: an archive is made anew when a file was removed.
$(BUILD)/sources: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(LIB_SRC) $(CMD_SRC) >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

$(LIBKM): $(LIB_OBJ) $(BUILD)/sources
	$(say) AR $@
	$(Q)rm -f $@ && ar rcs $@ $(LIB_OBJ)

# Everything of the commands but main(), for unit tests of the command tables.
$(LIBCMD): $(CMD_OBJ) $(BUILD)/sources
	$(say) AR $@
	$(Q)rm -f $@ && ar rcs $@ $(filter-out $(MAIN_OBJ),$(CMD_OBJ))

# The catalogue. A first program with an empty table compiles the templates with the very code that
# users run; the second one holds the result. A template that does not compile fails the build.
CATALOGUE = $(BUILD)/catalogue
TABLE_EMPTY = $(CATALOGUE)/empty.o
TABLE = $(if $(wildcard cmd/template-compile.c),$(CATALOGUE)/table.o,$(TABLE_EMPTY))
BOOTSTRAP = $(BUILD)/kubectl-mysql-bootstrap

ENTRIES = $(TEMPLATES:%=$(CATALOGUE)/%.c)

$(CATALOGUE)/empty.c: tests/helper/catalogue-table
	@mkdir -p $(@D)
	@tests/helper/catalogue-table >$@

$(CATALOGUE)/table.c: $(ENTRIES) tests/helper/catalogue-table $(BUILD)/templates
	$(say) TABLE $@
	$(Q)tests/helper/catalogue-table $(TEMPLATES) >$@

$(BUILD)/templates: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(TEMPLATES)' >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(CATALOGUE)/%.o: $(CATALOGUE)/%.c $(BUILD)/flags
	$(say) CC $@
	$(Q)$(COMPILE) -I$(CATALOGUE) -MMD -MP -c -o $@ $<

define compile_template
$(CATALOGUE)/$1.c: $(BOOTSTRAP) $(shell find templates/$1 -type f ! -path '*/test/*')
	$$(say) COMPILE templates/$1/template.yaml
	$$(Q)$(BOOTSTRAP) template compile templates/$1/template.yaml --emit=c >$$@.part
	$$(Q)mv $$@.part $$@
endef
$(foreach t,$(TEMPLATES),$(eval $(call compile_template,$t)))

$(BUILD)/kubectl-mysql-bootstrap: $(MAIN_OBJ) $(LIBCMD) $(LIBKM) $(TABLE_EMPTY)
	$(say) LINK $@
	$(Q)$(LINK) -o $@ $(MAIN_OBJ) $(TABLE_EMPTY) $(LIBCMD) $(LIBKM) $(LIBS)

$(BINARY): $(MAIN_OBJ) $(LIBCMD) $(LIBKM) $(TABLE)
	$(say) LINK $@
	$(Q)$(LINK) -o $@ $(MAIN_OBJ) $(TABLE) $(LIBCMD) $(LIBKM) $(LIBS)

# ---- test programs -----------------------------------------------------------------------------

$(UNIT): $(BUILD)/%: $(BUILD)/%.o $(LIBCMD) $(LIBKM) $(TABLE_EMPTY)
	$(say) LINK $@
	$(Q)$(LINK) -o $@ $< $(LIBCMD) $(TABLE_EMPTY) $(LIBKM) -lcmocka $(LIBS)

$(BUILD)/tests/law/law: $(LAW_OBJ) $(LIBCMD) $(LIBKM) $(TABLE_EMPTY)
	$(say) LINK $@
	$(Q)$(LINK) -o $@ $(LAW_OBJ) $(LIBCMD) $(TABLE_EMPTY) $(LIBKM) $(LIBS)

$(FUZZ): $(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/tests/fuzz/driver.o $(LIBCMD) $(LIBKM) $(TABLE_EMPTY)
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(LINK) -o $@ $< $(BUILD)/tests/fuzz/driver.o $(LIBCMD) $(TABLE_EMPTY) $(LIBKM) $(LIBS)

$(LIBFUZZER): $(BUILD)/libfuzzer/%: $(BUILD)/tests/fuzz/%.o $(LIBCMD) $(LIBKM) $(TABLE_EMPTY)
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(LINK) -fsanitize=fuzzer -o $@ $< $(LIBCMD) $(TABLE_EMPTY) $(LIBKM) $(LIBS)

$(BUILD)/tests/helper/diagnostics: $(BUILD)/tests/helper/diagnostics.o $(LIBKM)
	$(say) LINK $@
	$(Q)$(LINK) -o $@ $^ $(LIBS)

# Programs that tests run: each is one file, and the library.
HELPERS = $(addprefix $(BUILD)/tests/helper/,connect fleet gtid-pairs kube-get kube-stream kubeconfig liar proxy)
# It stands for servers, so it speaks the server's side of TLS.
$(BUILD)/tests/helper/fleet: private LIBS += -lssl -lcrypto
$(HELPERS): %: %.o $(LIBKM)
	$(say) LINK $@
	$(Q)$(LINK) -o $@ $^ $(LIBS)

test-programs: $(UNIT) $(LAW)
fuzz-programs: $(FUZZ)
libfuzzer-programs: $(LIBFUZZER)

# ---- tests -------------------------------------------------------------------------------------
#
# Each layer prints one line a file, then `layer NAME: passed=N failed=N skipped=N seconds=N`; the
# line is kept in $(BUILD)/check/NAME for the sum of `make check`.

RUN = tests/helper/run-tests --build $(BUILD) --jobs $(JOBS)
LINT := $(sort $(shell find tests/lint -maxdepth 1 -type f -perm -u+x 2>/dev/null))
UNIT_RUN = $(if $(TESTS),$(addprefix $(BUILD)/,$(TESTS:%.c=%)),$(UNIT))
CLI_RUN = $(or $(TESTS),$(sort $(shell find tests/cli -name '*.bats' 2>/dev/null)))
SCRIPTS_RUN = $(or $(TESTS),$(sort $(shell find tests/scripts -name '*.bats' 2>/dev/null)))
SERVERS_RUN = $(or $(TESTS),$(sort $(shell find tests/servers -name '*.bats' 2>/dev/null)))
CLUSTER_RUN = $(or $(TESTS),$(sort $(wildcard tests/cluster/*.bats)))
KUBECTL_RUN = $(or $(TESTS),$(sort $(wildcard tests/kubectl/*.bats)) tests/kubectl/kubeconfig)
SANITIZED = SANITIZE=address,undefined CC=clang CFLAGS='-O1 -g' BUILD=$(BUILD)/sanitize
# Leaks count as failures; a stack trace needs its symbols.
export ASAN_OPTIONS ?= detect_leaks=1:abort_on_error=0:detect_stack_use_after_return=1
export UBSAN_OPTIONS ?= print_stacktrace=1

check: ## everything: deps, build, all layers; last line `N passed, N failed, N skipped`
	@tests/helper/check --build $(BUILD) --make '$(MAKE)' $(LAYERS)

check-lint: all $(BUILD)/tests/helper/diagnostics ## the rules of style, layers, sizes, scripts, generated files
	@BUILD=$(BUILD) MAKE='$(MAKE)' $(RUN) --layer lint --timeout 300 $(LINT)

# A test program that does not build is one failure, not the end of its layer.
check-unit: ## unit tests (cmocka)
	-@$(MAKE) --no-print-directory -k $(UNIT_RUN)
	@$(RUN) --layer unit $(UNIT_RUN)

check-cli: all ## the program: stdout, stderr, exit code (bats)
	@$(RUN) --layer cli --needs bats $(CLI_RUN)

check-scripts: all ## the scripts of the catalogue, against real servers (bats)
	@$(RUN) --layer scripts --timeout 600 --needs bats $(SCRIPTS_RUN)

check-servers: all $(HELPERS) ## the program against real MariaDB and MySQL clusters, which it makes itself (bats)
	@$(RUN) --layer servers --timeout 900 --needs bats --needs mariadb --needs jq $(SERVERS_RUN)

check-law: $(LAW) ## render(expand(T, A), B) = render(T, A and B), in $(LAW_CASES) generated cases
	@$(RUN) --layer law --timeout 900 $(foreach seed,1 2 3 4,$(LAW:%='% $(shell expr $(LAW_CASES) / 4) $(seed)'))

check-fuzz: ## the corpus of every fuzz harness, under the sanitizers
	@$(MAKE) --no-print-directory $(SANITIZED) fuzz-programs
	@$(RUN) --layer fuzz --corpus tests/fuzz/corpus $(HARNESSES:%=$(BUILD)/sanitize/fuzz/%)

check-sanitize: ## unit, cli and law again, with address and undefined behaviour sanitizers
	-@$(MAKE) --no-print-directory -k $(SANITIZED) all test-programs
	@$(RUN) --layer sanitize --binary $(BUILD)/sanitize/kubectl-mysql --timeout 600 \
		$(UNIT:$(BUILD)/%=$(BUILD)/sanitize/%) $(CLI_RUN) \
		$(LAW:$(BUILD)/%='$(BUILD)/sanitize/% 1000 5')

# Not in LAYERS: by hand, as it takes minutes. Exit code 99 is a sanitizer's, which no command has.
check-servers-sanitize: $(HELPERS) ## the servers layer with the sanitizers
	@$(MAKE) --no-print-directory $(SANITIZED) all
	@MOST_MEMORY=2000000 ASAN_OPTIONS=$(ASAN_OPTIONS):exitcode=99 $(RUN) --layer servers-sanitize \
		--binary $(BUILD)/sanitize/kubectl-mysql --timeout 1800 --needs bats --needs mariadb --needs jq \
		$(SERVERS_RUN)

check-valgrind: ## unit tests and a list of command lines under valgrind
	-@$(MAKE) --no-print-directory -k all $(UNIT)
	@$(RUN) --layer valgrind --valgrind --timeout 900 \
		--commands tests/helper/valgrind-commands $(UNIT)

check-clang: ## the second compiler: builds everything, warnings are errors
	@BUILD=$(BUILD) MAKE='$(MAKE)' $(RUN) --layer clang --needs clang --timeout 900 tests/helper/check-clang

check-kubectl: all $(BUILD)/tests/helper/kubeconfig ## as a plugin of a real kubectl, and kubeconfigs as that one reads them
	@$(RUN) --layer kubectl --needs bats --timeout 900 $(KUBECTL_RUN)

check-cluster: all $(HELPERS) ## on a real Kubernetes, whose programs are built once and kept (root)
	@$(RUN) --layer cluster --prepare tests/cluster/prepare --timeout 900 --needs bats $(CLUSTER_RUN)

fuzz: ## search with libFuzzer, FUZZ_SECONDS for each harness
	@$(MAKE) --no-print-directory CC=clang BUILD=$(BUILD)/fuzzer SANITIZE=address,undefined \
		CFLAGS='-O1 -g -fsanitize=fuzzer-no-link' libfuzzer-programs
	@tests/helper/fuzz $(BUILD)/fuzzer/libfuzzer $(FUZZ_SECONDS) $(HARNESSES)

coverage: ## line coverage of the unit and cli tests, by file
	@$(MAKE) -i --no-print-directory CFLAGS='-O0 -g --coverage' BUILD=$(BUILD)/coverage check-unit check-cli
	@tests/helper/coverage $(BUILD)/coverage

bench: all ## side by side with helm, kustomize, jsonnet, kubectl, and status with the client; prints figures, never fails by time
	@tests/bench/run $(BUILD)
	@tests/bench/servers $(BUILD)

# Built by a second make: with -j the compiler would be called before deps has installed it.
demo: LAYERS =
demo: deps ## a first look: a real cluster, broken and healed; then the templates
	@$(MAKE) --no-print-directory all
	@tests/demo $(BINARY)

# ---- the rest ----------------------------------------------------------------------------------

cluster-up: ## start a real Kubernetes on this machine (root); tests/cluster/README.md
	@tests/cluster/up --mode $(MODE) --nodes $(NODES) '$(CLUSTER)'

cluster-down: ## remove it
	@tests/cluster/down '$(CLUSTER)'

cluster-prepare: ## what clusters start from, unless it is in the cache: up to 20 minutes, once
	@tests/cluster/prepare

deps: ## install what building and testing need (Debian packages; only if something is missing)
	@LAYERS='$(LAYERS)' tests/helper/deps

generate: all $(BUILD)/tests/helper/diagnostics ## man pages, completions and reference pages, from the command tables
	@tests/helper/generate $(BUILD) .

style: ## what clang-format would change in lines not yet committed; only shows
	@git diff -U0 --no-color HEAD -- '*.c' '*.h' | clang-format-diff -p1

compile_commands.json: FORCE ## for editors and analyzers
	@tests/helper/compile-commands '$(subst ','\'',$(COMPILE))' $(LIB_SRC) $(CMD_SRC) >$@

install: all ## program, completion, man pages, docs/ under $(DESTDIR)$(PREFIX)
	install -D -s -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/kubectl-mysql
	$(if $(wildcard completions/kubectl_complete-mysql),install -D -m 755 \
		completions/kubectl_complete-mysql $(DESTDIR)$(PREFIX)/bin/kubectl_complete-mysql)
	$(if $(wildcard completions/kubectl-mysql.bash),install -D -m 644 completions/kubectl-mysql.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/kubectl-mysql)
	$(if $(wildcard completions/_kubectl-mysql),install -D -m 644 completions/_kubectl-mysql \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_kubectl-mysql)
	$(if $(wildcard completions/kubectl-mysql.fish),install -D -m 644 completions/kubectl-mysql.fish \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/kubectl-mysql.fish)
	$(if $(wildcard man/man1/*.1),install -d $(DESTDIR)$(PREFIX)/share/man/man1)
	$(if $(wildcard man/man1/*.1),install -m 644 $(wildcard man/man1/*.1) $(DESTDIR)$(PREFIX)/share/man/man1)
	install -d $(DESTDIR)$(PREFIX)/share/doc/kubectl-mysql/docs/schema
	install -m 644 README.md CHANGELOG.md LICENSE $(DESTDIR)$(PREFIX)/share/doc/kubectl-mysql
	install -m 644 $(wildcard docs/*.md) $(DESTDIR)$(PREFIX)/share/doc/kubectl-mysql/docs
	install -m 644 $(wildcard docs/schema/*) $(DESTDIR)$(PREFIX)/share/doc/kubectl-mysql/docs/schema

size: all ## size of the stripped program
	@strip -o $(BUILD)/stripped $(BINARY) && stat -c '%s bytes stripped' $(BUILD)/stripped

clean: ## remove what was built
	rm -rf $(BUILD) compile_commands.json

help: ## this list
	@awk -F ':.*## ' '/^[a-z_.-]+:.*## / { printf "  %-22s %s\n", $$1, $$2 }' Makefile
	@echo; sed -n '/^#   /s/^#//p' Makefile

FORCE:
.PHONY: all bench check check-clang check-cli check-cluster check-fuzz check-kubectl check-law \
	check-lint check-sanitize check-scripts check-servers check-servers-sanitize check-unit \
	check-valgrind clean cluster-down cluster-prepare cluster-up coverage demo deps fuzz \
	fuzz-programs generate help install libfuzzer-programs size style test-programs

-include $(shell find $(addprefix $(BUILD)/,lib cmd catalogue tests) -name '*.d' 2>/dev/null)

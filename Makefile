# Temporary while the tree is being laid; knobs come on top.
CC ?= gcc
BUILD ?= build
CFLAGS ?= -O2 -g
WARN = -std=gnu11 -Wall -Wextra -Wconversion -Wshadow -Wvla -Wmissing-prototypes -Wstrict-prototypes -Wwrite-strings -Wformat=2 -Wundef
SRC := $(shell find lib -name '*.c')
OBJ := $(SRC:%.c=$(BUILD)/%.o)
$(BUILD)/libkm.a: $(OBJ)
	@rm -f $@; ar rcs $@ $(OBJ)
$(BUILD)/%.o: %.c
	@mkdir -p $(dir $@)
	@echo "  CC $<"
	@$(CC) $(CFLAGS) $(WARN) -D_GNU_SOURCE -Ilib -I. -MMD -MP -c -o $@ $<
-include $(OBJ:.o=.d)

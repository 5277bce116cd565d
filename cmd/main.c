/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/diag.h"
#include "cli/session.h"
#include "net/task.h"

/*
 * A closed standard descriptor would be given to the next file that is opened, and output would go
 * into that. Opened this way, writing to it fails as it should.
 */
static void hold_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			_exit(1);
	}
}

/* Inputs are mapped (base/file.h), and nothing is written before all of them are read. */
static void on_cut_file(int number)
{
	static const char message[] = "error: an input file was cut while it was read\n"
				      "  hint: run it again when nobody writes to the file\n";

	(void)number;
	(void)!write(STDERR_FILENO, message, sizeof(message) - 1);
	_exit(1);
}

/* kubectl runs a plugin by its whole path; a shell passes what was typed. */
static const char *program_name(const char *argv0)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;

	if (argv0 && argv0[0] == '/' && strcmp(slash + 1, program.name) == 0)
		return "kubectl mysql";
	return program.name;
}

static bool colour_allowed(void)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no_colour && *no_colour) && term && *term && strcmp(term, "dumb") != 0;
}

/* COLUMNS, or 0. */
static size_t columns_wanted(void)
{
	const char *text = getenv("COLUMNS");
	char *end;
	long n = text && *text ? strtol(text, &end, 10) : 0;

	return n > 0 && n <= 10000 && !*end ? (size_t)n : 0;
}

static void look_at_terminal(struct session *s)
{
	struct winsize size;
	size_t columns = columns_wanted();

	s->stdout_tty = isatty(STDOUT_FILENO);
	s->stderr_tty = isatty(STDERR_FILENO);
	s->colour = s->stdout_tty && colour_allowed();
	s->stderr_colour = s->stderr_tty && colour_allowed();
	s->width = 80;
	if (s->stdout_tty && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		s->width = size.ws_col;
	if (columns)
		s->width = columns;
}

/* With -v, at once: what hangs shows where. */
static void show_log_line(double seconds, const char *line)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error ignored = ERROR_INIT;

	strbuf_addf(&text, "[%8.4f] %s\n", seconds, line);
	if (fd_write_all(STDERR_FILENO, "standard error", text.buf, text.len, &ignored) < 0)
		error_release(&ignored);
}

static void print_diagnostics(const struct session *s, const struct error *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error ignored = ERROR_INIT;

	diag_format_list(&s->diagnostics, s->stderr_colour, &text);
	if (err->class)
		diag_format(err, s->stderr_colour, &text);
	/* There is no other place to complain. */
	if (text.len && fd_write_all(STDERR_FILENO, "standard error", text.buf, text.len,
				     &ignored) < 0)
		error_release(&ignored);
}

/* Writes what the command printed; close() is where a remote file system says that it is full. */
static int flush_output(const struct session *s, struct error *err)
{
	int r;

	if (s->out.len == 0)
		return 0;
	r = fd_write_all(STDOUT_FILENO, "standard output", s->out.buf, s->out.len, err);
	if (r < 0)
		return r;
	if (close(STDOUT_FILENO) < 0)
		return error_set_errno(err, errno, "cannot write to standard output");
	return 0;
}

/* A program that was ended by a signal says so, when it has tidied up: shells stop a loop then. */
static int end_by_signal(int code)
{
	int number = loop_signal();

	if (number) {
		signal(number, SIG_DFL);
		raise(number);
	}
	return code;
}

/*
 * Who read our output has enough, as `head` does: nothing went wrong. We end as a program that
 * never heard of SIGPIPE, but tidied up.
 */
static int end_without_reader(void)
{
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
	return 128 + SIGPIPE;
}

int main(int argc, char **argv)
{
	cleanup_session struct session s = { .program = &program,
					    .out = STRBUF_INIT,
					    .show_log = show_log_line };
	cleanup_error struct error err = ERROR_INIT, write_err = ERROR_INIT;
	size_t words = argc > 0 ? (size_t)argc - 1 : 0;
	int r, w;

	hold_standard_descriptors();
	/* A reader that went away is an error of write(), so that we can tidy up. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGBUS, on_cut_file);
	s.program_name = program_name(argv[0]);
	look_at_terminal(&s);

	r = session_run(&s, words, (const char *const *)argv + (argc > 0), &err);
	if (err.class == ERR_READER_GONE)
		error_release(&err);
	print_diagnostics(&s, &err);
	if (r == -ERR_READER_GONE)
		return end_without_reader();
	if (session_discards(r, &err))
		return end_by_signal(error_exit_code(-r));
	w = flush_output(&s, &write_err);
	if (w == -ERR_READER_GONE)
		return end_without_reader();
	if (w < 0) {
		error_list_release(&s.diagnostics);
		print_diagnostics(&s, &write_err);
		return end_by_signal(1);
	}
	return end_by_signal(error_exit_code(-r));
}

#!/usr/bin/env python3
"""Drives a port of Hallmark's primitives over its standard input and output. See README.md for the protocol.

  drive.py [OPTIONS] -- PROGRAM [ARGUMENT...]

Exit code: 0 all vectors passed; 1 one failed; 2 wrong use; 3 nothing was run.
"""
import argparse
import json
import pathlib
import queue
import signal
import subprocess
import sys
import threading

VERSION = "1"
LONGEST_ANSWER = 1 << 20
LIMITS = """What this shows: the algorithm. What it does not show: the memory orders. One thread at a time has no order to get
wrong, and a stress run on one machine meets few of the executions that the language allows. See README.md."""


class PortError(Exception):
    """The port can't be talked to any more: it ended, it hangs, or it doesn't speak the protocol."""


class Port:
    """The running program."""

    def __init__(self, command, timeout):
        self.timeout = timeout
        try:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError as error:
            raise PortError(f"can't be started: {error}") from error
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while line := self.process.stdout.readline(LONGEST_ANSWER):
            self.lines.put(line)
        self.lines.put(None)

    def ask(self, request, timeout=None):
        """The answer to one request, without its end of line."""
        timeout = timeout or self.timeout
        if not self.lines.empty():
            raise self._unasked(self.lines.get())
        try:
            self.process.stdin.write(request.encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            pass  # it has ended: the missing answer says how
        try:
            line = self.lines.get(timeout=timeout)
        except queue.Empty:
            raise PortError(f"\"{request}\": no answer within {timeout:g} s") from None
        if line is None:
            raise PortError(f"\"{request}\": {self._ending()} instead of an answer")
        return self._text(line, request)

    def quit(self):
        """Ends the port; it must say nothing more, and end with 0."""
        try:
            self.process.stdin.write(b"quit\n")
            self.process.stdin.close()
        except OSError:
            pass
        try:
            line = self.lines.get(timeout=self.timeout)
        except queue.Empty:
            raise PortError(f"\"quit\": still running after {self.timeout:g} s") from None
        if line is not None:
            raise self._unasked(line)
        ending = self._ending()
        if self.process.returncode != 0:
            raise PortError(f"\"quit\": {ending}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def _unasked(self, line):
        return PortError("the port ended without being asked" if line is None else
                         f"a line that nobody asked for: {line[:80]!r}")

    @staticmethod
    def _text(line, request):
        if not line.endswith(b"\n"):
            raise PortError(f"\"{request}\": the answer has no end of line, or more than {LONGEST_ANSWER} bytes")
        try:
            text = line[:-1].decode("ascii")
        except UnicodeDecodeError:
            text = ""
        if not text or not text.isprintable():
            raise PortError(f"\"{request}\": the answer is not a line of text: {line[:80]!r}")
        return text

    def _ending(self):
        try:
            code = self.process.wait(timeout=self.timeout)
        except subprocess.TimeoutExpired:
            return "the port closed its output"
        if code < 0:
            return f"the port died by {signal.Signals(-code).name}"
        return f"the port ended with exit code {code}"


def fields(answer):
    """"a=1 b=2" as a dictionary; None if it is something else."""
    pairs = [word.partition("=") for word in answer.split(" ")]
    return {key: value for key, _, value in pairs} if all(sep and key for key, sep, _ in pairs) else None


def check_counts(answer, key, count):
    """Each of `count` things was had exactly once, and nobody met one that was not complete."""
    values = fields(answer)
    if values is None or key not in values or not values[key].isdigit():
        return f"not an answer of the form \"{key}=DIGITS ...\": {answer[:80]}"
    digits = values[key]
    if len(digits) != count:
        return f"{len(digits)} counts instead of {count}"
    wrong = [i for i, digit in enumerate(digits) if digit != "1"]
    if wrong:
        first = wrong[0]
        return f"{len(wrong)} of {count} were not had exactly once; the first is number {first}: {digits[first]} times"
    if values.get("stale", "0") != "0":
        return f"{values['stale']} were seen as they were before they were handed over"
    if values.get("early", "0") != "0":
        return f"{values['early']} times a thief was told that there is nothing, and there were items"
    return None


def check_last_values(answer, places, last):
    """The last value that was stored in each place was seen."""
    values = fields(answer)
    seen = values.get("seen", "").split(",") if values else []
    if len(seen) != places or not all(value.isdigit() for value in seen):
        return f"not an answer of the form \"seen=V,V,...\" with {places} values: {answer[:80]}"
    missed = [i for i, value in enumerate(seen) if int(value) != last]
    if missed:
        first = missed[0]
        return f"{len(missed)} of {places} last stores were never seen; place {first} was last seen as {seen[first]}"
    return None


def check_stress(stress, answer):
    kind = stress["check"]
    if kind == "exactly_once":
        return check_counts(answer, stress["key"], stress["count"])
    if kind == "last_values":
        return check_last_values(answer, stress["places"], stress["last"])
    raise ValueError(f"{stress['name']}: there is no check \"{kind}\"")


def check_step(step, port):
    """None, or what is wrong."""
    ordered = " -> " in step
    request, expected = step.split(" -> " if ordered else " ~> ")
    answer = port.ask(request)
    same = answer == expected if ordered else sorted(answer.split(" ")) == sorted(expected.split(" "))
    return None if same else f"\"{request}\" was answered \"{answer[:80]}\", not \"{expected}\""


def run_vector(vector, port):
    answer = port.ask("new " + vector["new"])
    if answer == "unsupported":
        return "unsupported"
    if answer != "ok":
        return f"\"new {vector['new']}\" was answered \"{answer[:80]}\", not \"ok\""
    for number, step in enumerate(vector["steps"], 1):
        wrong = check_step(step, port)
        if wrong:
            return f"step {number}: {wrong}"
    return None


def run_stress(stress, port, timeout):
    request = "stress " + stress["request"]
    answer = port.ask(request, timeout)
    if answer == "unsupported":
        return "unsupported"
    wrong = check_stress(stress, answer)
    return f"\"{request}\": {wrong}" if wrong else None


class Session:
    """Starts the port, and starts it again when it was lost."""

    def __init__(self, options):
        self.options = options
        self.port = None
        self.subjects = None

    def start(self):
        self.port = Port(self.options.program, self.options.timeout)
        answer = self.port.ask("hello " + VERSION)
        words = answer.split(" ")
        if words[:2] != ["port", VERSION]:
            raise PortError(f"\"hello {VERSION}\" was answered \"{answer[:80]}\", not \"port {VERSION} SUBJECT...\"")
        self.subjects = words[2:]

    def attempt(self, action):
        """The result of action(port); what is wrong with the port is a result, too."""
        try:
            if self.port is None:
                self.start()
            return action(self.port)
        except PortError as error:
            self.lose()
            return str(error)

    def lose(self):
        if self.port is not None:
            self.port.kill()
            self.port = None


def load(folder):
    files = sorted(pathlib.Path(folder).glob("*.json"))
    if not files:
        raise SystemExit(f"drive.py: there are no vectors in {folder}")
    return [json.loads(path.read_text()) for path in files]


def drive(options):
    """Names of what passed, of what failed with the reasons, and of what was left out."""
    session = Session(options)
    passed, failed, left_out = [], {}, []

    def note(name, wrong):
        if wrong is None:
            passed.append(name)
        elif wrong == "unsupported":
            left_out.append(name)
        else:
            failed[name] = wrong
            print(f"FAILED {name}\n  {wrong}")

    wrong = session.attempt(lambda port: None)
    if wrong:
        note("hello", wrong)
        return passed, failed, left_out
    offered = list(session.subjects)
    for subject in options.require:
        if subject not in offered:
            note(subject, "the port doesn't offer it")
    for document in load(options.vectors):
        subject = document["subject"]
        if subject not in offered:
            print(f"not offered: {subject}")
            continue
        for vector in document["vectors"]:
            name = f"{subject}: {vector['name']}"
            if options.only in name:
                note(name, session.attempt(lambda port: run_vector(vector, port)))
        for stress in document.get("stress", []) if options.stress else []:
            name = f"{subject}: {stress['name']}"
            if options.only in name:
                note(name, session.attempt(lambda port: run_stress(stress, port, options.stress_timeout)))
    if session.port is not None:
        wrong = session.attempt(lambda port: port.quit())
        if wrong:
            note("quit", wrong)
    session.lose()
    return passed, failed, left_out


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vectors", default=pathlib.Path(__file__).parent / "vectors", help="folder of vectors")
    parser.add_argument("--timeout", type=float, default=10, help="seconds for an answer (default 10)")
    parser.add_argument("--stress-timeout", type=float, default=120, help="seconds for a stress run (default 120)")
    parser.add_argument("--no-stress", dest="stress", action="store_false", help="sequential vectors only")
    parser.add_argument("--only", default="", metavar="TEXT", help="vectors whose \"SUBJECT: NAME\" contains this")
    parser.add_argument("--require", type=lambda text: text.split(","), default=[], metavar="SUBJECT,...",
                        help="fail if the port doesn't offer these")
    parser.add_argument("--must-fail", metavar="NAME", help="test of the kit: succeed if and only if this vector fails")
    parser.add_argument("--because", metavar="TEXT", default="", help="... for a reason that contains this text")
    parser.add_argument("program", nargs="+")
    return parser.parse_args()


def main():
    options = parse_arguments()
    passed, failed, left_out = drive(options)
    for name in left_out:
        print(f"unsupported: {name}")
    print(f"{len(passed)} passed, {len(failed)} failed, {len(left_out)} unsupported\n{LIMITS}")
    if options.must_fail is not None:
        return 0 if options.must_fail in failed and options.because in failed[options.must_fail] else 1
    if failed:
        return 1
    return 0 if passed else 3


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""What drive.py says of programs that don't keep to the protocol. Usage: drive_test.py"""
import pathlib
import subprocess
import sys
import tempfile

DRIVE = pathlib.Path(__file__).parent / "drive.py"
VECTORS = """{"subject": "thing",
 "vectors": [{"name": "one", "new": "thing 1", "steps": ["ask -> yes"]}],
 "stress": [{"name": "two", "request": "thing 3", "check": "exactly_once", "key": "taken", "count": 3},
            {"name": "three", "request": "place 2", "check": "last_values", "places": 2, "last": 7}]}"""

# A port in Python: answers by a table; what is not in it is answered with "ok".
PORT = """
import os, signal, sys, time
table = {table}
for line in sys.stdin:
    word = line.split()[0]
    if word == 'quit':
        break
    answer = table.get(line.strip(), table.get(word, 'ok'))
    if callable(answer):
        answer = answer()
    sys.stdout.write(answer + chr(10))
    sys.stdout.flush()
sys.exit(table.get('exit', 0))
"""
HANG = "3"  # seconds that a port has which hangs
GOOD = {"hello": "port 1 thing", "ask": "yes", "stress thing 3": "taken=111 stale=0", "stress place 2": "seen=7,7"}


def port(**changes):
    """The good port with other answers; a value that begins with "!" is an expression that is evaluated then."""
    entries = {**GOOD, **{key.replace("_", " "): value for key, value in changes.items()}}
    shown = ", ".join(f"{key!r}: {'lambda: ' + value[1:] if str(value).startswith('!') else repr(value)}"
                      for key, value in entries.items())
    return [sys.executable, "-c", PORT.replace("{table}", "{" + shown + "}")]


CASES = [
    # what, program, options, exit code, text that is printed
    ("keeps to the protocol", port(), [], 0, "3 passed, 0 failed, 0 unsupported"),
    ("says what isn't shown", port(), [], 0, "does not show: the memory orders"),
    ("isn't there", ["./no_such_program"], [], 1, "can't be started"),
    ("ends at once", [sys.executable, "-c", "raise SystemExit(3)"], [], 1, "exit code 3 instead of an answer"),
    ("speaks another version", port(hello="port 2 thing"), [], 1, "not \"port 1 SUBJECT...\""),
    ("gives a wrong answer", port(ask="no"), [], 1, "step 1: \"ask\" was answered \"no\", not \"yes\""),
    ("refuses to make it", port(new="error"), [], 1, "\"new thing 1\" was answered \"error\""),
    ("gives an empty answer", port(ask=""), [], 1, "the answer is not a line of text"),
    ("doesn't speak ASCII", port(ask="\u00e9"), [], 1, "the answer is not a line of text"),
    ("answers without end", port(ask="!'x' * (1 << 21)"), [], 1, "more than 1048576 bytes"),
    ("speaks unasked", port(new="ok\nmore"), [], 1, "FAILED thing: one"),
    ("hangs", port(ask="!time.sleep(60)"), [], 1, "\"ask\": no answer within 3 s"),
    ("dies", port(ask="!os.kill(os.getpid(), signal.SIGSEGV)"), [], 1, "died by SIGSEGV instead of an answer"),
    ("goes on after a death", port(ask="!os.abort()"), [], 1, "2 passed, 1 failed"),
    ("closes its output", port(ask="!(os.close(1), time.sleep(60))"), [], 1, "the port closed its output"),
    ("ends badly", port(exit=5), [], 1, "\"quit\": the port ended with exit code 5"),
    ("doesn't offer what is required", port(hello="port 1 other"), ["--require", "thing"], 1, "doesn't offer it"),
    ("offers nothing", port(hello="port 1"), [], 3, "not offered: thing"),
    ("supports nothing", port(new="unsupported", stress_thing_3="unsupported", stress_place_2="unsupported"), [], 3,
     "0 passed, 0 failed, 3 unsupported"),
    ("loses an item", port(stress_thing_3="taken=101 stale=0"), [], 1, "1 of 3 were not had exactly once"),
    ("forgets an item", port(stress_thing_3="taken=11 stale=0"), [], 1, "2 counts instead of 3"),
    ("shows a stale object", port(stress_thing_3="taken=111 stale=2"), [], 1, "2 were seen as they were before"),
    ("takes a lost race for empty", port(stress_thing_3="taken=111 stale=0 early=4"), [], 1,
     "4 times a thief was told that there is nothing"),
    ("answers a stress run with nonsense", port(stress_thing_3="fine"), [], 1, "not an answer of the form"),
    ("misses the last store", port(stress_place_2="seen=7,6"), [], 1, "place 1 was last seen as 6"),
    ("doesn't say of each place", port(stress_place_2="seen=7"), [], 1, "not an answer of the form"),
    ("is asked for one vector", port(ask="no"), ["--only", "three"], 0, "1 passed, 0 failed"),
    ("must fail and does", port(ask="no"), ["--must-fail", "thing: one", "--because", "step 1"], 0, "1 failed"),
    ("must fail and fails otherwise", port(ask="no"), ["--must-fail", "thing: one", "--because", "SIGSEGV"], 1, ""),
    ("must fail and doesn't", port(), ["--must-fail", "thing: one"], 1, "0 failed"),
]


def main():
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "thing.json").write_text(VECTORS)
        for what, program, options, code, text in CASES:
            timeout = HANG if "time.sleep" in str(program) else "30"
            command = [sys.executable, DRIVE, "--vectors", folder, "--timeout", timeout, *options, "--", *program]
            result = subprocess.run(command, capture_output=True, text=True, timeout=60)
            if result.returncode == code and text in result.stdout:
                continue
            wrong += 1
            print(f"a port that {what}: exit code {result.returncode}, not {code}; or the output lacks \"{text}\":\n"
                  f"{result.stdout}{result.stderr}")
    print(f"{len(CASES)} ports, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

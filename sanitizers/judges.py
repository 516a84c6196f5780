#!/usr/bin/env python3
"""judges.py [--check] [--work FOLDER] [COMPILER..]: what each judge sees of the mistakes in controls/, measured.

Builds every control for every judge and compiler (default: g++-12 clang++-14 clang++-19), runs the broken program three
times and its correct twin once, and writes the table into README.md; with --check it fails where README.md has another
one. A correct twin that is reported fails in either case. Where ThreadSanitizer can't start, exit code 3.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
BEGIN, END = "<!-- judges.py writes this table -->\n", "<!-- end of the table -->\n"
RUNS = 3
SANITIZED = ["-O1", "-g1", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"]
JUDGES = {  # name: compiler flags, what runs the program
    "none": (["-O2"], []),
    "hardened": (["-O2", "-D_GLIBCXX_ASSERTIONS", "-D_FORTIFY_SOURCE=3", "-fstack-protector-strong"], []),
    "address": ([*SANITIZED, "-fsanitize=address"], []),
    "leak": ([*SANITIZED, "-fsanitize=leak"], []),
    "undefined": ([*SANITIZED, "-fsanitize=undefined"], []),
    "thread": ([*SANITIZED, "-fsanitize=thread"], []),
    "memcheck": (["-O1", "-g"], ["valgrind", "--quiet", "--error-exitcode=66", "--leak-check=full",
                                 "--errors-for-leak-kinds=definite,indirect"]),
}
SPEAKS = re.compile(r"Sanitizer|runtime error|==\d+==|detected|Assertion")
# Two cores and their store buffers decide; with fewer, or under load, it is not always seen.
DEPENDS_ON_THE_MACHINE = {("store_buffering", "none"), ("store_buffering", "hardened"), ("store_buffering", "leak"),
                          ("store_buffering", "undefined"), ("store_buffering", "address")}


def options():
    environment = dict(os.environ)
    for name in ("address", "leak", "thread", "undefined"):
        text = (HERE / f"{name}.cmake").read_text()
        variable, value = re.search(r"_OPTIONS\s+([A-Z]+_OPTIONS)=([^)\s]+)\)", text).groups()
        environment[variable] = value
    # Leaks have a column of their own.
    environment["ASAN_OPTIONS"] = environment["ASAN_OPTIONS"].replace("detect_leaks=1", "detect_leaks=0")
    return environment


def run(command, environment):
    """Exit code and output of a program; a program that doesn't end has been silent."""
    try:
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        text, code = done.stdout.decode(errors="replace"), done.returncode
    except subprocess.TimeoutExpired as late:
        text, code = (late.output or b"").decode(errors="replace"), 0
    if "ThreadSanitizer: unexpected memory mapping" in text:
        print(f"ThreadSanitizer can't start in this environment: unexpected memory mapping.\n{text}", file=sys.stderr)
        print("To do: `sysctl -w vm.mmap_rnd_bits=28` as root, or run under `setarch --addr-no-randomize`", file=sys.stderr)
        sys.exit(3)
    return code, text


def measure(control, judge, compiler, work):
    """How many of the runs of the broken program ended with a report, or by themselves."""
    flags, launcher = JUDGES[judge]
    program = work / f"{control}.{judge}.{compiler}"
    subprocess.run([compiler, "-std=c++20", *flags, f"-I{ROOT}", f"-I{ROOT}/kernel",
                    str(HERE / "controls" / f"{control}.cpp"), "-o", str(program), "-pthread"], check=True)
    code, text = run([*launcher, str(program), "correct"], options())
    if code != 0 or SPEAKS.search(text):
        sys.exit(f"{control}, {judge}, {compiler}: the correct twin ends with {code}:\n{text}")
    return sum(run([*launcher, str(program), "broken"], options())[0] != 0 for _ in range(RUNS))


def short(compiler):
    return compiler.replace("clang++-", "clang ").replace("g++-", "gcc ")


def cell(counts):
    """`yes`, `-`, or which compilers' programs are caught."""
    words = {name: "yes" if count == RUNS else "-" if count == 0 else "at times" for name, count in counts.items()}
    if len(set(words.values())) == 1:
        return next(iter(words.values()))
    return ", ".join(f"{short(name)}: {word}" for name, word in words.items() if word != "-")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--work", default="build/judges", type=pathlib.Path)
    parser.add_argument("compilers", nargs="*", default=["g++-12", "clang++-14", "clang++-19"])
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)

    rows = []
    for path in sorted((HERE / "controls").glob("*.cpp")):
        row = [f"`{path.stem}`"]
        for judge in JUDGES:
            if (path.stem, judge) in DEPENDS_ON_THE_MACHINE:
                row.append("at times")
                continue
            row.append(cell({name: measure(path.stem, judge, name, arguments.work) for name in arguments.compilers}))
        rows.append(row)
        print(" ".join(row), flush=True)
    lines = [["control", *JUDGES], ["---"] * (len(JUDGES) + 1), *rows]
    table = "".join("| " + " | ".join(line) + " |\n" for line in lines)

    readme = HERE / "README.md"
    before, rest = readme.read_text().split(BEGIN)
    written, after = rest.split(END)
    if not arguments.check:
        readme.write_text(before + BEGIN + table + END + after)
    elif written != table:
        sys.exit(f"sanitizers/README.md says\n{written}\nand the runs\n{table}")


if __name__ == "__main__":
    main()

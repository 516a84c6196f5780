#!/usr/bin/env python3
"""gallery_judges.py [--check] [--work FOLDER] [COMPILER..]: what real threads show of the bugs in models/gallery/.

Builds the scenarios of the models on real threads (gallery/) for each judge, and runs the kernel's own, the controls and
the broken variants. Writes gallery.md; with --check it runs what that table calls always seen, and fails where it is not.
The kernel and the controls must be silent in either case. COMPILER.. are ThreadSanitizer's (default: clang++-14 and, if it
is there, clang++-19, beside g++-12). Needs ninja.
"""

import argparse
import collections
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys

import judges

TABLE = judges.HERE / "gallery.md"
RUNS = 3
FEW, EXECUTIONS, MANY = 100, 500, 10000
# A wait of a millisecond must time out before a thread polls: how busy the machine is decides, not the seed.
DEPENDS_ON_THE_MACHINE = {"S6"}
HEADER = f"""# The gallery on real threads

Made by `sanitizers/gallery_judges.py`; preset `judges` holds it against the runs. Each bug of `proofs/gallery.md` runs in
the scenarios that the models judge it by, on threads of the system, with the production atomics and a seeded pause before
each operation (`sanitizers/gallery/`). **models**: the engines that catch it, from `proofs/ledger.json`. **oracle**: the
scenario's own (an `expect`, an outcome outside of its table, an execution that hangs, a crash), gcc 12, `-O2`. **address**,
**thread**: a report of that sanitizer; what only the oracle of such a program sees doesn't count.

`yes`: in each of {RUNS} runs with other seeds, of {FEW} executions of each scenario; the preset holds it against {MANY}.
`at times`: not in each, or in {RUNS} runs of {EXECUTIONS}, or how busy the machine is decides. `-`: in none of these runs,
which says nothing of another machine or of more executions. The controls (C) and all scenarios of the kernel are silent in
each column.

"""
Setup = collections.namedtuple("Setup", "column judge compiler")


def build(setups, work):
    """Returns the program of each setup. The engine's own files are not instrumented: its counters race, and may."""
    models = judges.ROOT / "models"
    listed = (models / "CMakeLists.txt").read_text().split("set(HALLMARK_SCENARIOS")[1].split(")")[0].split()
    engine = [*(f"engine/core/{name}.cpp" for name in ("catalogue", "scenario", "site")), "../sanitizers/gallery/threads.cpp"]
    headers = sorted([*models.glob("*/*_scenarios.hpp"), *models.glob("gallery/*.hpp")])
    ninja = ["rule compile", "  command = $compiler -std=c++20 $flags $more -MMD -MF $out.d -c $in -o $out",
             "  depfile = $out.d", "rule link", "  command = $compiler $flags $in -o $out -pthread"]
    programs = {}
    for setup in setups:
        folder = work / f"{setup.judge}.{setup.compiler}"
        folder.mkdir(exist_ok=True)
        header = folder / "scenarios.hpp"  # compiled once for all
        text = "".join(f'#include "{path}"\n' for path in headers)
        if not header.exists() or header.read_text() != text:
            header.write_text(text)
        flags = f"-I{judges.ROOT} -I{judges.ROOT}/kernel -DHALLMARK_BACKEND=\\\"sanitizers/gallery/backend.hpp\\\""
        judged = " ".join([*judges.JUDGES[setup.judge][0], flags])

        def step(out, rule, inputs, flags, more=""):
            ninja.extend([f"build {out}: {rule} {inputs}", f"  compiler = {setup.compiler}", f"  flags = {flags}",
                          f"  more = {more}"])

        step(f"{header}.gch", "compile", header, judged, "-x c++-header")
        objects = []
        for source in [*listed, *engine]:
            objects.append(f"{folder}/{source.replace('../', '')}.o")
            plain = source.startswith("engine/")
            step(objects[-1], "compile", f"{models}/{source}" + ("" if source in engine else f" | {header}.gch"),
                 f"-O2 {flags}" if plain else judged, "" if source in engine else f"-include {header}")
        programs[setup] = folder / "threads"
        step(programs[setup], "link", " ".join(objects), judged)
    (work / "build.ninja").write_text("\n".join(ninja) + "\n")
    subprocess.run(["ninja", "--quiet", "-C", str(work)], check=True)
    return programs


class Bench:
    def __init__(self, programs, skips_what_hung):
        self.skips_what_hung = skips_what_hung
        self.programs = programs
        self.environment = judges.options()
        self.hung = set()
        listed = subprocess.run([next(iter(programs.values())), "--list"], check=True, capture_output=True, text=True).stdout
        self.scenarios = collections.defaultdict(list)
        for entry, name in dict.fromkeys(tuple(line.split()) for line in listed.splitlines()):
            self.scenarios[entry].append(name)

    def run(self, setup, entry, name, seed, executions, seconds):
        environment = self.environment | {"HALLMARK_CHAOS_SEED": str(seed)}
        return judges.run([str(self.programs[setup]), entry, name, str(executions), str(seconds)], environment)

    def expect_silence(self, entry):
        for setup in self.programs:
            for name in self.scenarios[entry]:
                code, text = self.run(setup, entry, name, 1, EXECUTIONS, 10)
                if code != 0 or judges.SPEAKS.search(text):
                    sys.exit(f"{entry} {name}, {setup.column}: correct code ends with {code}:\n{text}")

    def sees(self, setup, entry, seed, executions, seconds):
        """Does the column see it in one run of its scenarios? Those that have hung there aren't waited for again."""
        for name in self.scenarios[entry]:
            if (setup, entry, name) in self.hung:
                continue
            code, text = self.run(setup, entry, name, seed, executions, seconds)
            if code == 2:
                sys.exit(text)
            if re.search("Sanitizer", text) if setup.judge != "none" else code != 0:
                return True
            if code == -signal.SIGALRM and self.skips_what_hung:
                self.hung.add((setup, entry, name))
        return False

    def measure(self, setup, entry):
        seeds = range(1, RUNS + 1)
        soon = [self.sees(setup, entry, seed, FEW, 1) for seed in seeds]
        if all(soon) and entry not in DEPENDS_ON_THE_MACHINE:
            return "yes"
        return "at times" if any(soon) or any(self.sees(setup, entry, seed, EXECUTIONS, 1) for seed in seeds) else "-"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--work", default="build/gallery_judges", type=pathlib.Path)
    newest = ["clang++-19"] if shutil.which("clang++-19") else []
    parser.add_argument("compilers", nargs="*", default=["clang++-14", *newest])
    arguments = parser.parse_args()
    arguments.work = arguments.work.resolve()
    arguments.work.mkdir(parents=True, exist_ok=True)

    setups = [Setup("oracle", "none", "g++-12"), Setup("address", "address", "g++-12")]
    setups += [Setup(f"thread, {judges.short(name)}", "thread", name) for name in ["g++-12", *arguments.compilers]]
    bench = Bench(build(setups, arguments.work), skips_what_hung=not arguments.check)

    known = collections.defaultdict(dict)
    for fact in json.loads((judges.ROOT / "proofs/ledger.json").read_text())["gallery"]:
        known[fact["id"]][fact["judge"]] = fact
    if set(known) != set(bench.scenarios) - {"-"}:
        sys.exit(f"the ledger and the scenarios have other entries: {sorted(set(known) ^ set(bench.scenarios) - {'-'})}")
    written = {}
    if arguments.check:
        rows = [line.strip("| \n").split(" | ") for line in TABLE.read_text().splitlines() if line.startswith("| ")]
        written = {row[0]: dict(zip(rows[0], row)) for row in rows[2:]}

    bench.expect_silence("-")
    columns = ["id", "bug", "models", *(setup.column for setup in setups)]
    rows, unseen, missed = [], [], []
    for entry, facts in known.items():
        first = next(iter(facts.values()))
        caught = [judge for judge, fact in facts.items() if fact["verdict"] == "caught"]
        row = {"id": entry, "bug": first["what"], "models": ", ".join(caught) or "pass it"}
        if first["expected"] == "passes":
            row["bug"] = f"control: {row['bug']}"
            bench.expect_silence(entry)
        for setup in setups:
            if first["expected"] == "passes":
                row[setup.column] = "silent"
            elif arguments.check:
                row[setup.column] = cell = written.get(entry, {}).get(setup.column, "none in the table")
                if cell == "yes" and not any(bench.sees(setup, entry, seed, MANY // 10, 5) for seed in range(10)):
                    missed.append(f"{entry}: {setup.column} does not see it in {MANY} executions of each scenario")
            else:
                row[setup.column] = bench.measure(setup, entry)
        rows.append([row[column] for column in columns])
        if first["expected"] != "passes" and all(row[setup.column] == "-" for setup in setups):
            unseen.append(entry)
        print(" | ".join(rows[-1]), flush=True)

    table = "".join("| " + " | ".join(line) + " |\n" for line in [columns, ["---"] * len(columns), *rows])
    text = f"{HEADER}{table}\nSeen by the models alone, here: {', '.join(unseen) or 'none'}.\n"
    if not arguments.check:
        TABLE.write_text(text)
    elif missed or text != TABLE.read_text():
        sys.exit("\n".join(missed) or f"sanitizers/gallery.md is not of this source. It should be\n{text}")


main()

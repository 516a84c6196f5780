#!/usr/bin/env python3
"""check_sites.py ROOT WORK MACHINE COMPILER [FLAG..]: each order site of the kernel compiles to what its order asks for.

MACHINE is x86_64 or aarch64 (with -march=armv8.1-a or later). What is expected follows from the operation and the order
in proofs/ledger.json; a site that no model reaches has no row there, and then from the source. Every site of the source
must be found in the assembly. That a weaker order is noticed is checked, too.
"""

import json
import pathlib
import re
import subprocess
import sys

SITE = re.compile(r'order<"([a-z0-9_.]+)">\((\w+)\)')
FUNCTION = re.compile(r"^(_Z\S*?\d+site_(load|store|swp|ldadd|ldset|ldclr|cas)I\S*):")
LABEL = re.compile(r"tlA\d+_c((?:Lc\d+E)+)")
ACQUIRES = ("acquire", "acq_rel", "seq_cst")
RELEASES = ("release", "acq_rel", "seq_cst")


def sites_of_source(root):
    sites = {}
    for path in sorted((root / "kernel").rglob("*.hpp")):
        if path.parent.name == "sync":  # the vocabulary: its labels are examples
            continue
        sites.update(SITE.findall(path.read_text()))
    return sites


def expected_orders(root):
    """{label: order}, and what the source and the ledger disagree on."""
    source = sites_of_source(root)
    ledger = {row["label"]: row["order"] for row in json.loads((root / "proofs/ledger.json").read_text())["sites"]}
    mistakes = [f"{label}: {order} in the ledger, {source.get(label, 'absent')} in the source"
                for label, order in ledger.items() if source.get(label) != order]
    return {**source, **ledger}, mistakes


def functions_of(path):
    """(operation, labels, instructions) of each function that stands for a site."""
    found, lines = [], path.read_text().splitlines()
    i = 0
    while i < len(lines):
        match = FUNCTION.match(lines[i])
        i += 1
        if not match:
            continue
        labels = ["".join(chr(int(c)) for c in re.findall(r"Lc(\d+)E", text)) for text in LABEL.findall(match[1])]
        instructions = []
        while i < len(lines) and not re.match(r"\s*\.size\s|_Z", lines[i]):
            line = lines[i].split("//")[0]
            if re.match(r"\s+[a-z]", line):
                instructions.append(line.split())
            i += 1
        found.append((match[2], labels, instructions))
    return found


def expected_on_aarch64(operation, order, failed):
    acquire = order in ACQUIRES or failed in ACQUIRES
    release = order in RELEASES
    if operation == "load":
        return "ldar" if acquire else "ldr"
    if operation == "store":
        return "stlr" if release else "str"
    return operation + ("a" if acquire else "") + ("l" if release else "")


def seen_on_aarch64(operation, instructions):
    """The instructions that touch memory or order it, without what hands over the expected value of a CAS."""
    seen = {re.sub(r"(?<=[a-z])[bh]$", "", i[0]) for i in instructions
            if re.match(r"(ld|st|swp|cas|dmb|dsb|isb|bl)", i[0])}
    seen = {re.sub(r"^(ld|st)ur$", r"\1r", name) for name in seen}
    if operation in ("ldadd", "ldset", "ldclr"):  # without a result there is a short form of it
        seen = {re.sub(r"^st(add|set|clr)", r"ld\1", name) for name in seen}
    return seen - {"ldr", "str"} if operation == "cas" else seen


def expected_on_x86_64(operation, order, _):
    return "plain" if operation == "load" or (operation == "store" and order != "seq_cst") else "locked"


def seen_on_x86_64(_, instructions):
    text = [" ".join(i) for i in instructions]
    if any(re.match(r"[lsm]fence|call", line) for line in text):
        return {"fence or call"}
    locked = any(re.match(r"lock\b|xchg[bwlq]?\s.*\(", line) for line in text)
    accesses = any(re.match(r"movz?[bwlq]*\s.*\(%r", line) for line in text)
    return {"locked" if locked else "plain" if accesses else "no access"}


MACHINES = {"aarch64": (expected_on_aarch64, seen_on_aarch64), "x86_64": (expected_on_x86_64, seen_on_x86_64)}


def compile_sites(root, work, command, name, flags=()):
    output = work / f"{name}.s"
    subprocess.run([*command, "-std=c++20", "-O2", "-DNDEBUG", "-g0", "-fno-asynchronous-unwind-tables",
                    "-fcf-protection=none" if "aarch64" not in " ".join(command) else "-fno-plt",
                    f"-I{root}/kernel", f"-I{root}", '-DHALLMARK_BACKEND="tests/assembly/backend.hpp"', *flags,
                    "-S", f"{root}/tests/assembly/sites.cpp", "-o", str(output)], check=True)
    return output


def judge(path, machine, orders):
    """{label: [what it compiles to]} of the sites that were found, and those that are not as expected."""
    expected_of, seen_of = MACHINES[machine]
    found, wrong = {}, []
    for operation, labels, instructions in functions_of(path):
        unknown = [label for label in labels if label not in orders]
        if unknown or not labels:
            wrong.append((labels[0] if labels else "?", f"no such site: {unknown}"))
            continue
        expected = expected_of(operation, orders[labels[0]], orders[labels[1]] if len(labels) > 1 else "relaxed")
        seen = seen_of(operation, instructions)
        for label in labels:
            found[label] = expected
        if seen != {expected}:
            listing = "; ".join(" ".join(i) for i in instructions)
            wrong.append((labels[0], f"{orders[labels[0]]} {operation}: expected {expected}, got {sorted(seen)}: {listing}"))
    return found, wrong


def main():
    root, work, machine, *command = sys.argv[1:]
    root, work = pathlib.Path(root), pathlib.Path(work)
    work.mkdir(parents=True, exist_ok=True)
    orders, mistakes = expected_orders(root)
    found, wrong = judge(compile_sites(root, work, command, "sites"), machine, orders)
    mistakes += [f"{label}: {what}" for label, what in wrong]
    mistakes += [f"{label}: not in the assembly (instantiate it in tests/assembly/sites.cpp)"
                 for label in sorted(orders.keys() - found.keys())]

    weakened = "steal_queue.pop.store_bottom"
    control = compile_sites(root, work, command, "weakened", ["-DHALLMARK_WEAKENED_ALONE",
                                                              f'-DHALLMARK_WEAKENED="{weakened}"'])
    noticed = [label for label, _ in judge(control, machine, orders)[1]]
    if noticed != [weakened]:
        mistakes.append(f"{weakened} was made relaxed, and this check noticed {noticed}")

    if mistakes:
        sys.exit("\n".join(mistakes))
    for kind in sorted(set(found.values())):
        print(f"{kind}: {sum(1 for what in found.values() if what == kind)} sites")


main()

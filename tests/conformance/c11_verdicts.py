#!/usr/bin/env python3
"""The C11 port against the ledger: the same sites with the same orders, in the same scenarios, and every weaker order
judged alike.

  c11_verdicts.py LEDGER RUN MUTANTS FOLDER

RUN and MUTANTS are what `hallmark-check-c11 run --json` and `mutants --json` wrote; FOLDER holds the port's sources. Exit
code: 0 alike, 1 not.
"""
import json
import pathlib
import re
import sys

PRIMITIVES = ("steal_queue", "mark_bitmap", "dirty_bits", "dirty_pages")
# Written in the gallery, beside the broken variant that it is the sound twin of.
NOT_MIRRORED = "mark_bitmap.allocated_black_meanwhile"
SITE = re.compile(r'"(\w+\.\w+\.\w+)",\s*(relaxed|acquire|release|acq_rel|seq_cst)\b')


def of_port(label):
    return label.split(".")[0] in PRIMITIVES


def sites_in(folder):
    """Label and order of each site in the text of the port, and labels that occur twice."""
    found, twice = {}, []
    for path in sorted(pathlib.Path(folder).glob("*.h")):
        for label, order in SITE.findall(path.read_text()):
            if label in found:
                twice.append(label)
            found[label] = order
    return found, twice


def scenarios(document, engines):
    """Name and engine of each scenario of the primitives; not those of broken variants."""
    return {(row["name"], row["engine"]) for row in document["scenarios"]
            if of_port(row["name"]) and "/" not in row["name"] and row["name"] != NOT_MIRRORED
            and row["engine"] in engines}


def verdicts(rows):
    """True for each (label, weaker order, engine) that is refuted."""
    return {(row["label"], row["weaker"], row["engine"]): row["verdict"] == "refuted" for row in rows
            if of_port(row["label"])}


def main():
    *documents, folder = sys.argv[1:]
    ledger, run, report = (json.loads(pathlib.Path(path).read_text()) for path in documents)
    complaints = []

    kernel = {site["label"]: site["order"] for site in ledger["sites"] if of_port(site["label"])}
    port, twice = sites_in(folder)
    complaints += [f"{label}: twice in the port" for label in twice]
    for label in sorted(kernel.keys() | port.keys()):
        if kernel.get(label) != port.get(label):
            complaints.append(f"{label}: {kernel.get(label, 'no such site')} in the kernel, "
                              f"{port.get(label, 'no such site')} in the port")

    expected, judged = verdicts(ledger["mutants"]), verdicts(report["mutants"])
    engines = {engine for _, _, engine in judged}
    required, explored = scenarios(ledger, engines), scenarios(run, engines)
    complaints += [f"{name} on {engine}: in the {'kernel' if (name, engine) in required else 'port'} only"
                   for name, engine in sorted(required ^ explored)]
    complaints += [f"{row['name']} on {row['engine']}: {row['verdict']}" for row in run["scenarios"]
                   if row["verdict"] != "holds"]

    expected = {key: refuted for key, refuted in expected.items() if key[2] in engines}
    word = {True: "refuted", False: "not refuted", None: "not judged"}
    for key in sorted(expected.keys() | judged.keys()):
        if expected.get(key) != judged.get(key):
            label, weaker, engine = key
            complaints.append(f"{label}={weaker} on {engine}: {word[expected.get(key)]} in the kernel, "
                              f"{word[judged.get(key)]} in the port")

    for complaint in complaints:
        print(complaint)
    refuted = sum(judged.values())
    print(f"{len(port)} sites, {len(explored)} scenarios, {len(judged)} weaker orders on {', '.join(sorted(engines)) or 'no engine'}, "
          f"{refuted} refuted; {len(complaints)} differences from the kernel")
    return 1 if complaints or not judged or not refuted else 0


if __name__ == "__main__":
    sys.exit(main())

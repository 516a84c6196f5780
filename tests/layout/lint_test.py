#!/usr/bin/env python3
"""What ci/lint says of a tree in which one thing is wrong. Usage: lint_test.py ROOT"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

FOLDERS = ["kernel", "models", "tests", "sanitizers", "proofs", "cmake", "ci"]
QUEUE = "kernel/hallmark/mark/steal_queue.hpp"
GUIDE = "proofs/porting.md"
POP_STORES = 'order<"steal_queue.pop.store_bottom_last">(relaxed)'

CASES = [
    # what, file, text, text in its place, what is said
    ("an order is stronger", QUEUE, 'pop.load_slot">(relaxed)', 'pop.load_slot">(acquire)',
     "steal_queue.pop.load_slot is acquire in the kernel (kernel/hallmark/mark/steal_queue.hpp:"),
    ("an order is weaker", QUEUE, 'order<"steal_queue.push.store_bottom">(release)',
     'order<"steal_queue.push.store_bottom">(relaxed)', "steal_queue.push.store_bottom is relaxed in the kernel"),
    ("an order that isn't relaxed names no partner", QUEUE, POP_STORES, POP_STORES.replace("relaxed", "release"),
     'steal_queue.pop.store_bottom_last is not relaxed, and the comment above it does not say "Pairs with <label>"'),
    ("a site is added", QUEUE, f"{POP_STORES});",
     f'{POP_STORES});\n    bottom_.store(b + 1, order<"steal_queue.pop.store_more">(relaxed));',
     "steal_queue.pop.store_more is not in the table of proofs/porting.md: add a line"),
    ("a label is used twice", QUEUE, 'order<"steal_queue.size.load_top">', 'order<"steal_queue.push.load_top">',
     "label steal_queue.push.load_top is in use at kernel/hallmark/mark/steal_queue.hpp:"),
    ("a site is removed", QUEUE, 'order<"steal_queue.size.load_top">(relaxed)', "relaxed",
     "the kernel has no site steal_queue.size.load_top"),
    ("a comment names no site", QUEUE, "Pairs with steal_queue.push.store_bottom",
     "Pairs with steal_queue.push.store_top", "the comment names steal_queue.push.store_top, and no operation has"),
    ("another operation is used", "kernel/hallmark/heap/dirty_bits.hpp", "words_[i].exchange(0, order<",
     "words_[i].fetch_and(0, order<", "dirty_bits.take_word.rmw_word is a fetch_and in the kernel"),
    ("an order is raw", QUEUE, "#pragma once", "#pragma once\ninline auto raw = std::memory_order_relaxed;",
     "raw atomic or memory order"),
    ("a fence stands alone", QUEUE, "#pragma once", "#pragma once\nvoid fence() { atomic_thread_fence(0); }",
     "stand-alone fence"),
    ("the guide lists a site twice", GUIDE, "| `steal_queue.pop.load_top` |",
     "| `steal_queue.pop.load_top` | load | seq_cst | L3 |\n| `steal_queue.pop.load_top` |",
     "steal_queue.pop.load_top is listed twice"),
    ("the guide leaves out a site", GUIDE, "| `steal_queue.pop.load_top` | load | seq_cst | L3 |\n", "",
     "steal_queue.pop.load_top is not in the table"),
    ("the guide has another row", GUIDE, "| `dirty_bits.set.rmw_word` | fetch_or | acq_rel | R4 |",
     "| `dirty_bits.set.rmw_word` | fetch_or | acq_rel | R3 |", "row R3 is not the one of fetch_or acq_rel"),
    ("C11 is misspelt", GUIDE, "atomic_load_explicit(&x, acquire)", "atomic_load_explicit(&x, relaxed)",
     "row L2: load acquire is spelled `atomic_load_explicit(&x, acquire)`"),
    ("Rust is misspelt", GUIDE, "x.compare_exchange(e, v, Release, Acquire)",
     "x.compare_exchange(e, v, Release, Relaxed)", "row C2: cas, cas_fail release, acquire is spelled"),
    ("Go is said to be as weak", GUIDE, "`x.And(v)` (stronger)", "`x.And(v)`", "row R5: fetch_and relaxed is spelled"),
    ("Java is misspelt", GUIDE, "X.getAndBitwiseOrAcquire(o, v)", "X.getAndBitwiseOrRelease(o, v)",
     "row R2: fetch_or acquire is spelled"),
]


def lint(tree):
    result = subprocess.run([tree / "ci/lint", tree], capture_output=True, text=True, timeout=60)
    return result.returncode, result.stdout + result.stderr


def main():
    root = pathlib.Path(sys.argv[1])
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        for name in FOLDERS:
            shutil.copytree(root / name, tree / name, ignore=shutil.ignore_patterns("corpus", "build"))
        for path in [*root.glob("*.md"), *root.glob("*.txt"), *root.glob("*.json")]:
            shutil.copy(path, tree)
        code, said = lint(tree)
        if code != 0:
            print(f"the tree as it is: exit code {code}:\n{said}")
            return 1
        for what, file, text, instead, expected in CASES:
            path = tree / file
            before = path.read_text()
            if text not in before:
                print(f"{what}: {file} has no \"{text}\" any more")
                wrong += 1
                continue
            path.write_text(before.replace(text, instead, 1))
            code, said = lint(tree)
            path.write_text(before)
            if code != 1 or expected not in said:
                wrong += 1
                print(f"{what}: exit code {code}, not 1; or it isn't said: {expected}\n{said}")
    print(f"{len(CASES)} trees, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

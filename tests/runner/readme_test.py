"""readme_test.py CHECK README: what hallmark-check prints in the README is what it prints. Numbers a second may differ,
and the witnesses that other processes had reached when one met a violation."""

import re
import shlex
import subprocess
import sys

COMMAND = re.compile(r"^\$ build/check/hallmark-check (.*)$")


def shown(readme):
    """The commands of the README's blocks, each with the lines below it."""
    with open(readme, encoding="utf-8") as file:
        blocks = file.read().split("```")[1::2]
    commands = []
    for block in blocks:
        in_this_block = []
        for line in block.splitlines():
            command = COMMAND.match(line)
            if command:
                in_this_block.append((command[1], []))
            elif in_this_block:
                in_this_block[-1][1].append(line)
        commands += in_this_block
    return commands


def without_timing(lines):
    """A run's row is: scenario, engine, claim, executions, rate, witnesses, verdict."""
    kept = []
    for line in lines:
        words = line.split()
        if len(words) == 7 and re.fullmatch(r"[0-9]+[kM]?", words[4]):
            words[4] = "rate"
            if words[6] == "violated":
                words[5] = "witnesses"
        kept.append(" ".join(words))
    return [line for line in kept if line]


def main():
    check, readme = sys.argv[1:]
    commands = shown(readme)
    if len(commands) != 2:
        sys.exit(f"{readme} shows {len(commands)} commands, not a run and its replay")
    for arguments, lines in commands:
        command = [check, *shlex.split(arguments)]
        printed = subprocess.run(command, capture_output=True, text=True, timeout=100).stdout
        if without_timing(lines) != without_timing(printed.splitlines()):
            sys.exit(f"{readme} says of hallmark-check {arguments}\n" + "\n".join(lines) + f"\nand it prints\n{printed}")


main()

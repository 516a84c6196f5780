#!/usr/bin/env python3
"""Runs the benchmarks of marking and of the queue, interleaved, and reports them.

    bench.py BUILD_FOLDER [--runs N] [--nodes N] [--only mark|queue] [--graphs NAME...] [--subjects NAME...]
             [--json FILE] [--svg FILE]

Marking: each measurement is a process of its own (marking/subject.hpp); one round runs each of them once, in an order
drawn anew, and there are --runs rounds. A process gives the median of its marks; reported is the median of the
processes. A process whose count of marked objects is wrong fails, and so does this program.
"""
import argparse
import json
import pathlib
import random
import statistics
import subprocess
import sys

import plot
import targets

UNITS = {"mark": "ns/object", "queue": "ns/item"}


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout


def record(benchmark, graph, subject, workers, metric, unit, values):
    return {
        "benchmark": benchmark,
        "graph": graph,
        "subject": subject,
        "workers": workers,
        "metric": metric,
        "unit": unit,
        "median": statistics.median(values),
        "min": min(values),
        "max": max(values),
        "runs": len(values),
    }


def measure_marking(folder, runs, nodes, graphs, subjects):
    tasks = []
    for program in sorted(folder.glob("hallmark-bench-mark-*")):
        for line in run([program, "list"]).splitlines():
            subject, workers, graph = line.split()
            if (not graphs or graph in graphs) and (not subjects or subject in subjects):
                tasks.append((program, subject, int(workers), graph))
    if not tasks:
        sys.exit(f"nothing to measure: no program hallmark-bench-mark-* in {folder} offers it")
    values = {}  # (graph, subject, workers) -> metric -> a value each round
    for turn in range(runs):
        print(f"marking: round {turn + 1} of {runs}, {len(tasks)} processes", file=sys.stderr, flush=True)
        random.Random(turn).shuffle(tasks)
        for program, subject, workers, graph in tasks:
            result = json.loads(run([program, "run", subject, workers, graph] + ([nodes] if nodes else [])))
            metrics = values.setdefault((graph, subject, workers), {})
            for metric in result["runs"][0]:
                median = statistics.median(one[metric] for one in result["runs"])
                metrics.setdefault(metric, []).append(median)
    records = []
    for (graph, subject, workers), metrics in values.items():
        for metric, list_of_values in metrics.items():
            unit = UNITS["mark"] if metric == "ns_per_object" else "1"
            name = "time" if metric == "ns_per_object" else metric
            records.append(record("mark", graph, subject, workers, name, unit, list_of_values))
    return records


def measure_queue(folder, runs):
    program = folder / "hallmark-bench-queue"
    print("queue", file=sys.stderr, flush=True)
    result = json.loads(
        run([
            program, f"--benchmark_repetitions={runs}", "--benchmark_enable_random_interleaving=true",
            "--benchmark_min_time=0.1", "--benchmark_format=json"
        ]))
    values = {}
    for one in result["benchmarks"]:
        if one["run_type"] != "iteration":
            continue
        if one.get("error_occurred"):
            sys.exit(f"{one['name']}: {one['error_message']}")
        operation, subject = one["name"].split("/")[:2]
        values.setdefault((operation, subject), []).append(one["seconds_per_item"] * 1e9)
    return [
        record("queue", operation, subject, 2 if operation == "push-steal" else 1, "time", UNITS["queue"], times)
        for (operation, subject), times in values.items()
    ]


def print_table(records, benchmark, peer):
    """A row a subject, a column a graph: the median, and how many times the peer's of as many workers it is."""
    times = {(r["subject"], r["workers"], r["graph"]): r["median"]
             for r in records if r["benchmark"] == benchmark and r["metric"] == "time"}
    if not times:
        return
    graphs = list(dict.fromkeys(graph for _, _, graph in sorted(times, key=lambda key: plot.place_of(key[2]))))
    rows = sorted({(subject, workers) for subject, workers, _ in times})
    print(f"\n{benchmark}: {UNITS[benchmark]}, and times {peer}")
    print(f"{'':28}" + "".join(f"{graph:>17}" for graph in graphs))
    for subject, workers in rows:
        cells = ""
        for graph in graphs:
            time = times.get((subject, workers, graph))
            base = times.get((peer, workers, graph)) or times.get((peer, 1, graph))
            ratio = f"({time / base:5.2f})" if time and base else ""
            cells += f"{time:>9.2f} {ratio:>7}" if time else f"{'-':>9} {'':>7}"
        print(f"{subject + ', ' + str(workers):28}" + cells)


def print_scaling(records):
    """From counters: the worker with the most slots to read is the longest path, where each has a processor."""
    medians = {(r["graph"], r["workers"], r["metric"]): r["median"]
               for r in records if r["benchmark"] == "mark" and r["subject"] == "hallmark" and r["workers"] > 1}
    rows = sorted({(graph, workers) for graph, workers, _ in medians}, key=lambda row: (plot.place_of(row[0]), row[1]))
    if not rows:
        return
    columns = ["largest_share", "rmws_per_object", "steals_tried", "steals_won", "sent", "rests"]
    print("\nhallmark, from counters. largest_share: of all slots, those that the busiest worker has read; it is the time"
          "\nof so many processors as a share of one's, if memory kept up. With fewer processors than workers it tells"
          "\nhow the system shares out its time as well")
    print(f"{'':28}" + "".join(f"{column:>17}" for column in columns))
    for graph, workers in rows:
        cells = "".join(f"{medians[graph, workers, column]:>17.4g}" for column in columns)
        print(f"{graph + ', ' + str(workers):28}" + cells)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, help="where the benchmark programs lie")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--nodes", type=int, help="objects of a graph; default: 2^20")
    parser.add_argument("--only", choices=["mark", "queue"])
    parser.add_argument("--graphs", nargs="+", default=[])
    parser.add_argument("--subjects", nargs="+", default=[])
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--svg", type=pathlib.Path)
    options = parser.parse_args()

    records = []
    if options.only != "queue":
        records += measure_marking(options.folder, options.runs, options.nodes, options.graphs, options.subjects)
    if options.only != "mark":
        records += measure_queue(options.folder, options.runs)
    print_table(records, "mark", "boehm")
    print_scaling(records)
    print_table(records, "queue", "fenced-Chase-Lev")
    print()
    if options.nodes:
        print("The targets are for graphs of 2^20 nodes.")
    for line in targets.judge(records):
        print(line)
    if options.json:
        options.json.write_text(json.dumps(records, indent=1) + "\n")
    if options.svg:
        options.svg.write_text(plot.draw(records))


if __name__ == "__main__":
    main()

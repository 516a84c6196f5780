"""What the benchmarks should show, each as a ratio or a value with a bound, and what they do show."""
import os

GRAPHS = ["tree", "tree-shuffled", "random", "list", "list-shuffled", "array", "array-shuffled", "lru", "lru-shuffled"]

ONE = ("hallmark", 1)  # plain marks
ONE_ATOMIC = ("hallmark-atomic", 1)  # the code that two workers run
TWO = ("hallmark", 2)


class Judge:

    def __init__(self, records):
        self.medians = {(r["benchmark"], r["graph"], r["subject"], r["workers"], r["metric"]): r["median"]
                        for r in records}
        self.lines = []

    def value(self, graph, subject, metric="time", benchmark="mark"):
        return self.medians.get((benchmark, graph, *subject, metric))

    def line(self, text, sign, bound, measured):
        if measured is None:
            self.lines.append(f"{text}: target {sign} {bound:.2f}: not measured")
            return
        met = measured <= bound if sign == "<=" else measured >= bound
        self.lines.append(f"{text}: target {sign} {bound:.2f}: measured {measured:.2f}{'' if met else '  MISSED'}")

    def ratio(self, graph, subject, base, bound, benchmark="mark"):
        time, base_time = (self.value(graph, who, benchmark=benchmark) for who in (subject, base))
        text = f"{graph}: {subject[0]}, {subject[1]} / {base[0]}, {base[1]}"
        self.line(text, "<=", bound, time / base_time if time and base_time else None)

    def note(self, graph, subject, base):
        time, base_time = self.value(graph, subject), self.value(graph, base)
        if time and base_time:
            self.lines.append(f"{graph}: {subject[0]}, {subject[1]} / {base[0]}, {base[1]}: measured "
                              f"{time / base_time:.2f}")


def judge_marking(judge):
    processors = len(os.sched_getaffinity(0))
    for graph in GRAPHS:
        fast = graph == "random" or graph.startswith("lru")
        judge.ratio(graph, ONE, ("boehm", 1), 1.0 if graph == "list-shuffled" else 1 / 5 if fast else 1 / 1.5)
        judge.ratio(graph, TWO, ("boehm", 2), 1 / 4 if fast else 1.0)
    for graph, bound in [("tree-shuffled", 2.5), ("lru", 2.5), ("lru-shuffled", 2.5), ("random", 3.2)]:
        judge.ratio(graph, ONE, ("visit", 1), bound)
    judge.ratio("list-shuffled", ONE, ("chase", 1), 1.1)
    for graph in GRAPHS:
        if graph in ("tree", "lru", "lru-shuffled"):
            bound = 0.65
        elif graph in ("random", "tree-shuffled", "array-shuffled"):
            bound = 0.85
        elif graph.startswith("list"):
            bound = 1.10
        else:
            bound = None
        if bound is None:
            judge.note(graph, TWO, ONE_ATOMIC)
        else:
            judge.ratio(graph, TWO, ONE_ATOMIC, bound)
        judge.note(graph, TWO, ONE)
        judge.note(graph, ("visit", 2), ("visit", 1))
        if bound is not None and bound < 1:
            share = judge.value(graph, TWO, "second_worker_share")
            judge.line(f"{graph}: share of the objects that the second worker traced", ">=", 0.35, share)
    for graph in ["tree", "tree-shuffled", "random", "lru", "lru-shuffled"]:
        for workers, bound in [(4, 0.40), (8, 0.30), (16, 0.25)]:
            share = judge.value(graph, ("hallmark", workers), "largest_share")
            text = f"{graph}: projected longest path of {workers} workers"
            if processors >= workers:
                judge.line(text, "<=", bound, share)
            elif share:
                judge.lines.append(f"{text}: measured {share:.2f}; not judged on {processors} processors")
        won = judge.value(graph, TWO, "steals_without_retry_share")
        judge.line(f"{graph}: share of the steals that succeed without a retry", ">=", 0.90, won)


def judge_queue(judge):
    for operation, threads in [("pair", 1), ("pair-of-last", 1), ("push-steal", 2)]:
        judge.ratio(operation, ("StealQueue", threads), ("fenced-Chase-Lev", threads), 1.0, "queue")
    pair = judge.value("pair", ("Worklist+StealQueue", 1), benchmark="queue")
    judge.line("pair: worklist in front of the queue, ns", "<=", 2.0, pair)


def judge(records):
    """Lines to print."""
    benchmarks = {record["benchmark"] for record in records}
    judge_of_all = Judge(records)
    if "mark" in benchmarks:
        judge_marking(judge_of_all)
    if "queue" in benchmarks:
        judge_queue(judge_of_all)
    return judge_of_all.lines

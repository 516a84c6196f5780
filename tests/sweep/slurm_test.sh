#!/usr/bin/env bash
# slurm_test.sh ROOT CHECK: a sweep as a job array on a Slurm of one node and two CPUs, with a munge key of its own, in a
# temporary folder. One shard's checker is killed, another shard is preempted; both are queued again, and the sweep says
# what one run says. A shard that may not be queued again stays missing: exit code 3.
#
# Needs slurmctld, slurmd and munged; it fails where they are missing or don't start.
set -euo pipefail
. "$(dirname "$0")/common.sh"
sweep=$root/ci/sweep

stop() {
  local name pid
  for name in slurmd slurmctld munged; do
    pid=$(cat "$folder/$name.pid" 2>/dev/null) || continue
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$pid" 2>/dev/null || true
  done
  rm -rf "$folder"
}
trap stop EXIT

logs() { tail -n 20 "$folder"/munged.log "$folder"/slurmctld.log "$folder"/slurmd.log 2>/dev/null; }

start_slurm() {
  local program host
  host=$(hostname -s)
  for program in munged slurmctld slurmd sbatch scontrol; do
    command -v "$program" >/dev/null || fail "$program is not installed: ci/setup slurm"
  done
  mkdir "$folder/state" "$folder/spool"
  chmod 755 "$folder"
  (umask 077 && head -c 1024 /dev/urandom >"$folder/munge.key")
  munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
    --log-file="$folder/munged.log" --seed-file="$folder/munged.seed" || fail "munged does not start: $(logs)"
  cat >"$folder/slurm.conf" <<CONF
ClusterName=hallmark
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$((20000 + $$ % 10000))
SlurmdPort=$((30000 + $$ % 10000))
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
# A task that is queued again waits for as long as its credential lives.
AuthInfo=socket=$folder/munge.socket,cred_expire=5
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
KillWait=2
SchedulerParameters=sched_interval=1,bf_interval=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=sweep Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
  export SLURM_CONF=$folder/slurm.conf
  slurmctld -i -f "$SLURM_CONF" || fail "slurmctld does not start: $(logs)"
  slurmd -f "$SLURM_CONF" || fail "slurmd does not start: $(logs)"
  for _ in $(seq 300); do
    [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ] && return
    sleep 0.1
  done
  fail "the node is not idle after 30 s: $(sinfo 2>&1; logs)"
}

# The process id of a shard's checker, once it runs.
checker_of() {  # shard, folder of the sweep
  local pid
  for _ in $(seq 1200); do
    pid=$(pgrep --oldest --full -- "^$HALLMARK_CHECK run .*--shard $1/4 --json $2/shard-$1.json.part") && echo "$pid" && return
    sleep 0.1
  done
  fail "shard $1 did not start within 2 minutes: $(squeue 2>&1; cat "$2"/shard-*.log; logs)"
}

start_slurm
count=(steal_queue --executions 1000003)
"$HALLMARK_CHECK" run "${count[@]}" --json "$folder/whole.json" >"$folder/log" 2>&1 || fail "$(cat "$folder/log")"

out=$folder/sweep
"$sweep" --slurm --sbatch "--partition=sweep --cpus-per-task=1" --shards 4 --output "$out" "${count[@]}" \
  >"$folder/sweep.log" 2>&1 &
running=$!
pid=$(checker_of 1 "$out")
job=$(squeue --noheader --format=%F | head -n 1)
kill -KILL "$pid"
checker_of 2 "$out" >/dev/null
scontrol requeue "${job}_2"
exit=0
wait "$running" || exit=$?
[ "$exit" -eq 0 ] || fail "exit code $exit: $(cat "$folder/sweep.log" "$out"/shard-*.log; logs)"
grep -q "killed by signal 9: queued again" "$out/shard-1.log" || fail "shard 1 was not killed: $(cat "$out/shard-1.log")"
for shard in 1 2; do
  grep -q "restarts: 1" "$out/shard-$shard.log" || fail "shard $shard was not queued again: $(cat "$out/shard-$shard.log")"
done
expect_same "$folder/whole.json" "$out/report.json"
expect_missing 4 4 "$out"

out=$folder/lost
HALLMARK_SWEEP_RESTARTS=0 "$sweep" --slurm --shards 4 --output "$out" "${count[@]}" >"$folder/sweep.log" 2>&1 &
running=$!
kill -KILL "$(checker_of 3 "$out")"
exit=0
wait "$running" || exit=$?
[ "$exit" -eq 3 ] || fail "exit code $exit with a lost shard, expected 3: $(cat "$folder/sweep.log" "$out"/shard-*.log)"
grep -q "shard 3/4 is missing" "$folder/sweep.log" || fail "the lost shard is not named: $(cat "$folder/sweep.log")"

import assert from "node:assert/strict";
import { parseConnections } from "../../../../local/faults/connections.ts";
import { countExecutions } from "../../../../local/faults/executionCounts.ts";
import { parseStatus, violations } from "../../../../local/faults/processStatus.ts";
import { parseMembers, quorumMissing } from "../../../../local/faults/rabbitmqQueues.ts";
import { parseNodes, unsoundness } from "../../../../local/faults/redisNodes.ts";

const host = (index: number): string => `redis-${index}.redis.jobsprint.svc.cluster.local`;
const member = (index: number, flags: string, master: string, rest: string): string =>
  `id${index} 10.0.0.${index}:6379@16379,${host(index)} ${flags} ${master} 0 1764300000000 ${index} ${rest}`;
const sound = [
  member(0, "myself,master", "-", "connected 0-5460"),
  member(1, "master", "-", "connected 5461-10922"),
  member(2, "master", "-", "connected 10923-16383"),
  ...[0, 1, 2].map((index) => member(index + 3, "slave", `id${index}`, "connected")),
];

describe("the answer of CLUSTER NODES", () => {
  it("is read with pods, roles and slots", () => {
    const [first, , , fourth] = parseNodes(`${sound.join("\n")}\n`);
    assert.deepEqual(first, { id: "id0", pod: "redis-0", master: true, masterId: undefined, sound: true, slots: 1 });
    assert.deepEqual([fourth?.pod, fourth?.master, fourth?.masterId], ["redis-3", false, "id0"]);
  });

  const cases: [string, string[], RegExp | undefined][] = [
    ["six sound members", sound, undefined],
    ["a member that failed", [...sound.slice(0, 5), member(5, "slave,fail", "id2", "connected")], /reach redis-5/],
    ["a suspected one", [...sound.slice(0, 5), member(5, "slave,fail?", "id2", "connected")], /reach redis-5/],
    ["a lost link", [...sound.slice(0, 5), member(5, "slave", "id2", "disconnected")], /reach redis-5/],
    ["a member unknown", sound.slice(0, 5), /5 members of 6/],
    [
      "a master without replica",
      [...sound.slice(0, 5), member(5, "slave", "id1", "connected")],
      /redis-2 has no replica/,
    ],
  ];
  for (const [name, lines, expected] of cases)
    it(name, () => {
      const missing = unsoundness(parseNodes(lines.join("\n")));
      if (expected === undefined) assert.equal(missing, undefined);
      else assert.match(missing ?? "", expected);
    });
});

describe("the queues as the nodes' metrics tell them", () => {
  const page = (leads: boolean, term: number, applied: number): string => `# TYPE something gauge
rabbitmq_detailed_raft_term_total{vhost="/",queue="workflow"} ${term}
rabbitmq_detailed_raft_term_total{raft_cluster="rabbitmq_metadata"} 1
rabbitmq_detailed_raft_log_last_applied_index{vhost="/",queue="workflow"} ${applied}
rabbitmq_detailed_raft_log_commit_index{vhost="/",queue="workflow"} ${applied}
${leads ? 'rabbitmq_detailed_queue_messages_ready{vhost="/",queue="workflow"} 0' : ""}
`;
  const all = (...pages: string[]) => pages.flatMap((one, index) => parseMembers(`rabbitmq-${index}`, one));

  it("are read with their leader, without what is no queue", () => {
    const [one, ...others] = parseMembers("rabbitmq-1", page(true, 3, 210));
    assert.deepEqual(others, []);
    assert.deepEqual(one, { queue: "workflow", pod: "rabbitmq-1", leads: true, term: 3, committed: 210, applied: 210 });
  });

  const cases: [string, string[], RegExp | undefined][] = [
    ["three members in one term", [page(false, 3, 2000), page(true, 3, 2005), page(false, 3, 2010)], undefined],
    ["one of an old term", [page(false, 2, 2000), page(true, 3, 2005), page(false, 3, 2010)], /2 of 3 members/],
    ["one far behind", [page(false, 3, 100), page(true, 3, 2005), page(false, 3, 2010)], /2 of 3 members/],
    ["one that tells nothing", [page(true, 3, 2005), page(false, 3, 2010), ""], /2 of 3 members/],
    ["no leader", [page(false, 3, 1), page(false, 3, 1), page(false, 3, 1)], /0 leaders/],
    ["an old leader that does not know", [page(true, 2, 1), page(true, 3, 1), page(false, 3, 1)], /2 leaders/],
    ["no queue", ["", "", ""], /no queues/],
  ];
  for (const [name, pages, expected] of cases)
    it(name, () => {
      const missing = quorumMissing(all(...pages));
      if (expected === undefined) assert.equal(missing, undefined);
      else assert.match(missing ?? "", expected);
    });
});

describe("accepted executions against the rows of the database", () => {
  const statuses = new Map([
    ["a", "succeeded"],
    ["b", "succeeded"],
  ]);
  const rows = { countedTotal: 2, countedSuccessful: 2, audited: 2, statuses };
  const cases: [string, string[], Partial<typeof rows>, [lost: number, countedWrongly: number]][] = [
    ["all succeeded and counted once", ["a", "b"], {}, [0, 0]],
    ["one more than was accepted", ["a"], {}, [0, 0]],
    ["an accepted one without a row", ["a", "b", "c"], {}, [1, 0]],
    [
      "an accepted one that failed",
      ["a", "b"],
      { statuses: new Map([...statuses, ["b", "failed"]]), countedSuccessful: 1 },
      [1, 0],
    ],
    ["a start counted twice", ["a", "b"], { countedTotal: 3 }, [0, 1]],
    ["a success counted twice", ["a", "b"], { countedSuccessful: 3 }, [0, 1]],
    ["a start that no audit line tells of", ["a", "b"], { audited: 1 }, [0, 1]],
  ];
  for (const [name, accepted, more, [lost, countedWrongly]] of cases)
    it(name, () => {
      const counts = countExecutions(accepted, { ...rows, ...more });
      assert.deepEqual(counts, { accepted: accepted.length, lost, countedWrongly });
    });
});

describe("the kernel's word on a process", () => {
  const status = (more: Readonly<Record<string, string>> = {}): string =>
    Object.entries({ Uid: "999\t999\t999\t999", CapEff: "0000000000000000", NoNewPrivs: "1", Seccomp: "2", ...more })
      .map(([name, value]) => `${name}:\t${value}`)
      .join("\n");
  const cases: [string, string, boolean, RegExp | undefined][] = [
    ["restricted", status(), false, undefined],
    ["root", status({ Uid: "0\t0\t0\t0" }), false, /root/],
    ["a set-user-id program", status({ Uid: "999\t0\t0\t0" }), false, /root/],
    ["capabilities", status({ CapEff: "00000000a80425fb" }), false, /capabilities/],
    ["new privileges", status({ NoNewPrivs: "0" }), false, /privileges/],
    ["no filter of system calls", status({ Seccomp: "0" }), false, /seccomp/],
    ["a writable root", status(), true, /write to/],
    ["no status at all", "", false, /root/],
  ];
  for (const [name, text, writable, expected] of cases)
    it(name, () => {
      const [first] = violations(parseStatus(text, writable));
      if (expected === undefined) assert.equal(first, undefined);
      else assert.match(first ?? "", expected);
    });
});

describe("/proc/net/tcp and tcp6", () => {
  const text = `  sl  local_address rem_address   st tx_queue
   0: 00000000:1627 00000000:0000 0A 00000000
   1: 0A00A8C0:1627 0500A8C0:C350 01 00000000
  sl  local_address                         remote_address                        st
   0: 0000000000000000FFFF00000A00A8C0:1627 0000000000000000FFFF00000600A8C0:C351 01 00000000`;
  it("tell who is connected, by the server's port", () => {
    assert.deepEqual(parseConnections(text), [
      { port: 5671, peer: "192.168.0.5" },
      { port: 5671, peer: "192.168.0.6" },
    ]);
  });
});

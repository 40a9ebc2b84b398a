import assert from "node:assert/strict";
import calculateSlot from "cluster-key-slot";
import { decode, encode, idLength, newId } from "../../../../runtime/src/cache/envelope.ts";
import { Memory } from "../../../../runtime/src/cache/memory.ts";
import { RedisKeys } from "../../../../runtime/src/cache/redis/redisKeys.ts";
import { idStart } from "../../../../runtime/src/cache/redis/scripts.ts";
import { parseTopology, singleMaster } from "../../../../runtime/src/cache/redis/topology.ts";
import { FakeClock } from "../support/fakeStore.ts";

describe("names in Redis", () => {
  const keys = new RedisKeys("svc");

  for (const key of ["a", "user:7", "{a}b", "}", "{}", "100%", "a}b{c", "ä}"])
    it(`keep the value and the lease of ${key} on one member`, () => {
      const [value, lease] = keys.pair(key);
      assert.equal(calculateSlot(value), calculateSlot(lease));
    });

  it("differ for different keys", () => {
    const names = ["}", "%7D", "%", "%25", "{}", "a", "a}"].flatMap((key) => [...keys.pair(key), keys.tag(key)]);
    assert.equal(new Set(names).size, names.length);
  });
});

describe("the text of a value", () => {
  it("begins with its id, where the scripts look for it", () => {
    const text = encode('{"a":1}', 500, { tag: "v1" });
    const { id, ...rest } = decode(text)!;
    assert.equal(text.slice(idStart, idStart + idLength), id);
    assert.equal(newId().length, idLength);
    assert.deepEqual(rest, { graceMs: 500, tags: { tag: "v1" }, value: { a: 1 } });
  });

  const ours = encode("1", 0, {});
  for (const text of [
    ...["", "no JSON", "1", "null", "{}", '{"id":1}', '{"id":"short","graceMs":1,"tags":{},"value":1}'],
    ...[ours.slice(0, -1), ours.replace(`{"id"`, `{ "id"`), ours.replace(`"tags":{}`, `"tags":null`)],
  ])
    it(`is no value when it is ${JSON.stringify(text)}`, () => {
      assert.equal(decode(text), undefined);
    });
});

describe("the topology", () => {
  const asked = { host: "redis.data", port: 6379 };
  const info = "cluster_state:ok\r\ncluster_current_epoch:7\r\n";

  it("knows the master of each slot and its replicas", () => {
    const { masters, slots, epoch } = parseTopology(
      [
        [0, 8191, ["redis-0", 6379, "id0"], ["redis-3", 6379, "id3"]],
        [8192, 16383, ["redis-1", 6380, "id1"]],
      ],
      info,
      asked,
    );
    assert.equal(epoch, 7);
    assert.deepEqual(
      [slots[0], slots[8191], slots[8192], slots[16383]],
      ["redis-0:6379", "redis-0:6379", "redis-1:6380", "redis-1:6380"],
    );
    assert.deepEqual(
      [...masters.values()].map(({ replicas }) => replicas),
      [1, 0],
    );
  });

  for (const host of ["", "?", null])
    it(`takes the address that was asked where a member says ${JSON.stringify(host)}`, () => {
      assert.deepEqual(
        [...parseTopology([[0, 1, [host, 6379, "id"]]], info, asked).masters.keys()],
        ["redis.data:6379"],
      );
    });

  it("is one master for all slots without a cluster", () => {
    assert.equal(new Set(singleMaster(asked).slots).size, 1);
  });

  for (const reply of ["ERR", [[0, 1]], [["a", 1, ["h", 1]]]])
    it(`is refused as ${JSON.stringify(reply)}`, () => {
      assert.throws(() => parseTopology(reply, info, asked), /CLUSTER SLOTS answered/);
    });
});

describe("the memory level", () => {
  const clock = new FakeClock();
  const freshness = { heardUntil: Infinity, generation: 0 };
  const entry = (size: number, tags: string[] = []) => ({
    ...{ value: size, size, tags, readAt: clock.time, expiresAt: clock.time + 1000, generation: 0 },
  });
  const create = (bounds: { maxBytes?: number; maxEntries?: number }) => {
    const told = { evictions: 0 };
    const evicted = () => (told.evictions++, undefined);
    return { told, memory: new Memory({ maxBytes: 1e6, maxEntries: 1000, clock, freshness, evicted, ...bounds }) };
  };

  it("keeps as many entries as it may and tells what it evicts", () => {
    const { memory, told } = create({ maxEntries: 3 });
    for (let index = 0; index < 5; index++) memory.set(`key-${index}`, entry(10));
    assert.deepEqual([memory.count, told.evictions], [3, 2]);
  });

  it("keeps as many bytes as it may, and never one entry that is too large", () => {
    const { memory, told } = create({ maxBytes: 5000 });
    for (let index = 0; index < 5; index++) memory.set(`key-${index}`, entry(1000));
    assert.ok(memory.bytes <= 5000 && memory.count > 0 && told.evictions > 0);
    memory.set("large", entry(5000));
    assert.equal(memory.get("large"), undefined);
  });

  it("tells no eviction for what is dropped or replaced", () => {
    const { memory, told } = create({});
    memory.set("key", entry(1));
    memory.set("key", entry(2));
    memory.drop({ keys: ["key"], tags: [] });
    assert.deepEqual([memory.count, told.evictions], [0, 0]);
  });

  it("drops all that bear a tag, as they bear it now", async () => {
    const { memory } = create({});
    memory.set("one", entry(1, ["red"]));
    memory.set("two", entry(2, ["red", "blue"]));
    memory.set("three", entry(3, ["red"]));
    memory.set("three", entry(3, ["blue"]));
    memory.drop({ keys: [], tags: ["red"] });
    assert.deepEqual([memory.get("one"), memory.get("two"), await memory.get("three")], [undefined, undefined, 3]);
    memory.drop({ keys: [], tags: ["blue"] });
    assert.equal(memory.count, 0);
  });
});

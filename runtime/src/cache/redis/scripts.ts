import { createHash } from "node:crypto";
import { idLength } from "../envelope.ts";

/** A Lua program; Redis knows it by its digest after the first time. */
export interface Script {
  readonly text: string;
  readonly sha: string;
}

const script = (text: string): Script => ({ text, sha: createHash("sha1").update(text).digest("hex") });

/** After `{"id":"`: a value's beginning tells which write it is without moving the rest. */
export const idStart = 7;

/** In place of the id of a text that has none: anything at all may be loaded over. */
export const unreadableId = "?";

/**
 * The lease of "Scaling Memcache at Facebook" (Nishtala and others, NSDI 2013). KEYS value, lease; ARGV id of the value
 * that was seen or "", token, milliseconds. A value that came in between must not be loaded again.
 */
export const acquire = script(`
if ARGV[1] ~= '${unreadableId}' and redis.call('GETRANGE', KEYS[1], ${idStart}, ${idStart + idLength - 1}) ~= ARGV[1] then return 'changed' end
if redis.call('SET', KEYS[2], ARGV[2], 'NX', 'PX', ARGV[3]) then return 'acquired' end
return 'busy'`);

/** KEYS value, lease; ARGV token, value, milliseconds. */
export const fill = script(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[2])
return 1`);

/** KEYS lease; ARGV token, milliseconds. */
export const renew = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`);

/** KEYS lease; ARGV token. */
export const release = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`);

/** KEYS version of a tag; ARGV a new one, milliseconds that it has to outlive. An evicted version is never made again. */
export const tagVersion = script(`
local version = redis.call('GET', KEYS[1])
if not version then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return ARGV[1]
end
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return version`);

/**
 * KEYS what goes; ARGV channel, message. The lease goes with the value, so that a load which began before is refused.
 * Published by the same member in the same step: whoever is connected to it hears of it in order.
 */
export const invalidate = script(`
for _, key in ipairs(KEYS) do redis.call('DEL', key) end
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 1`);

/** KEYS value, lease; ARGV channel, message, value, milliseconds. */
export const put = script(`
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
redis.call('DEL', KEYS[2])
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 1`);

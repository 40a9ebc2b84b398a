import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Uniform in [0, 1). */
export type Random = () => number;

/** The same sequence for the same whole number: xoroshiro128+ (Blackman and Vigna, 2018) of pure-rand, with 53 bits. */
export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  // Small seeds leave most bits of the state alike, and so the first numbers; 2^64 steps on they are not.
  generator.jump();
  return () => uniformFloat64(generator);
}

/** A seed for one purpose: what one draws more of must not shift the numbers of another. FNV-1a over the purpose's letters. */
export function seedFor(seed: number, purpose: string): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let index = 0; index < purpose.length; index++) hash = Math.imul(hash ^ purpose.charCodeAt(index), 0x01000193);
  return hash | 0;
}

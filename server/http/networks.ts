import { BlockList, isIP } from 'node:net';
import { plainAddress } from '@/server/http/peer';

/** A set of networks. */
export interface Networks {
  readonly isEmpty: boolean;
  has(address: string): boolean;
}

/** Networks as settings have them: addresses and CIDR blocks that were checked before. */
export function toNetworks(blocks: readonly string[]): Networks {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', prefix] = block.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return {
    isEmpty: blocks.length === 0,
    has(given) {
      const address = plainAddress(given);
      const version = isIP(address);
      return version !== 0 && list.check(address, version === 6 ? 'ipv6' : 'ipv4');
    },
  };
}

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashPin, isPin } from '../../../shared/pins/hash.ts';
import { setPinRequest, verifyPinRequest } from '../../../shared/pins/requests.ts';

// By Python's hashlib.scrypt, n=2**15, r=8, p=3, dklen=32, over the salt 00 01 … 0f.
const hashed = 'scrypt$32768$8$3$AAECAwQFBgcICQoLDA0ODw$fqmlvWtgHoMmhA_GZIOHbfB_L1JSXskUVfunm2xxZ2g';
// The same PIN and salt at n=2**10, r=8, p=1: what an earlier, cheaper setting would have stored.
const hashedCheaply = 'scrypt$1024$8$1$AAECAwQFBgcICQoLDA0ODw$Pb93ZHr1INHHifd6AyBfvEEbz5PUpY97ExJMFFiMA5M';

describe('a PIN', () => {
  it('is kept as scrypt of it and a salt, as others compute it', async () => {
    const salt = Uint8Array.from({ length: 16 }, (_, index) => index);
    expect(await hashPin('493027', () => salt)).toBe(hashed);
  });

  it('has a salt of its own each time', async () => {
    const [first, second] = await Promise.all([hashPin('493027', randomBytes), hashPin('493027', randomBytes)]);
    expect(first).not.toBe(second);
    expect([await isPin('493027', first), await isPin('493027', second)]).toEqual([true, true]);
  });

  it('is known again, and no other is', async () => {
    expect(await isPin('493027', hashed)).toBe(true);
    expect(await isPin('493028', hashed)).toBe(false);
    expect(await isPin('', hashed)).toBe(false);
  });

  it('is known again by a hash of another cost, which its text names', async () => {
    expect(await isPin('493027', hashedCheaply)).toBe(true);
    expect(await isPin('493028', hashedCheaply)).toBe(false);
  });

  it.each(['', 'plain', 'bcrypt$1$2$3$a$b', 'scrypt$32768$8$3$AAECAwQFBgcICQoLDA0ODw', 'scrypt$x$8$3$AAEC$AAEC', 'scrypt$3$8$3$AAEC$AAEC'])(
    'is neither right nor wrong where the hash, %j, cannot be read: that fails',
    async (unreadable) => {
      await expect(isPin('493027', unreadable)).rejects.toThrow(/.+/);
    },
  );
});

describe('a request with a PIN', () => {
  it.each(['49302', '4930277', '49302a', '４９３０２７', ' 493027', '493027\n', 493027, null, ''])('that says %j is refused, without repeating it', (pin) => {
    const result = verifyPinRequest.safeParse({ pin });
    expect(result.success).toBe(false);
    const message = JSON.stringify(result.error?.issues.map((issue) => issue.message));
    expect(message).toContain('6 digits');
    if (String(pin).length > 4) expect(message).not.toContain(String(pin).trim());
    expect(setPinRequest.safeParse({ pin: '493027', currentPin: pin }).success).toBe(false);
  });
});

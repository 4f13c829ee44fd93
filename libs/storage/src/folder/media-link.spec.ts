import { describe, expect, it } from 'vitest';
import { MediaLinks } from './media-link.js';

const links = new MediaLinks('secret', '/media');
const now = new Date('2026-11-21T12:00:00Z');
const expiresAt = new Date('2026-11-21T13:00:00.900Z');
const forbidden = expect.objectContaining({ code: 'forbidden', status: 403 });

/** Parses a link as an HTTP framework does. */
function parse(url: string) {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const key = decodeURIComponent(pathname.slice('/media/'.length));
  return { key, query: Object.fromEntries(searchParams) };
}

describe('MediaLinks', () => {
  it('verifies what it signed', () => {
    const key = 'uploads/1/größe +&=?#%.jpg';
    const filename = `ä "quoted" & 100%.jpg`;
    const url = links.sign(key, { expiresAt, disposition: 'attachment', filename });
    expect(url).toMatch(/^\/media\/uploads\/1\/[!-~]+$/);
    expect(links.verify({ ...parse(url), url }, now)).toEqual({ disposition: 'attachment', filename });
  });

  it('reads the same after a browser has parsed it', () => {
    const filename = ` !"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~ä.jpg`;
    const url = links.sign('a.jpg', { expiresAt, filename });
    const asked = new URL(url, 'http://localhost');
    expect(asked.pathname + asked.search).toBe(url);
    expect(links.verify({ ...parse(url), url }, now)).toEqual({ disposition: 'inline', filename });
  });

  it('is inline without a file name by default, and has one spelling for inline', () => {
    const url = links.sign('a/b.jpg', { expiresAt });
    expect(url).toMatch(/^\/media\/a\/b\.jpg\?expires=1795266000&signature=[\w-]{43}$/);
    expect(links.sign('a/b.jpg', { expiresAt, disposition: 'inline' })).toBe(url);
    expect(links.verify(parse(url), now)).toEqual({ disposition: 'inline' });
  });

  it('expires in its stated second, never after the requested time', () => {
    const request = parse(links.sign('a.jpg', { expiresAt }));
    expect(links.verify(request, new Date('2026-11-21T12:59:59.999Z'))).toEqual({ disposition: 'inline' });
    expect(() => links.verify(request, new Date('2026-11-21T13:00:00Z'))).toThrow(forbidden);
  });

  it('refuses a link with any one byte changed', () => {
    const url = links.sign('uploads/1/a.jpg', {
      expiresAt,
      disposition: 'attachment',
      filename: 'cat 1.jpg',
    });
    for (let index = '/media/'.length; index < url.length; index += 1) {
      for (const other of ['0', 'a', 'A', '%41', '&', '']) {
        const changed = url.slice(0, index) + other + url.slice(index + 1);
        if (changed === url) continue;
        const { key, query } = parse(changed);
        expect(() => links.verify({ key, query, url: changed }, now)).toThrow(forbidden);
      }
    }
  });

  it.each([
    ['an unknown parameter', { more: '1' }],
    ['an empty unknown parameter', { '': '' }],
    ['a default written out', { disposition: 'inline' }],
    ['another disposition', { disposition: 'attachment' }],
    ['an invalid disposition', { disposition: 'form-data' }],
    ['a file name', { filename: 'x' }],
    ['no signature', { signature: undefined }],
    ['an empty signature', { signature: '' }],
    ['two signatures', { signature: ['a', 'b'] }],
    ['no expiry', { expires: undefined }],
    ['the same expiry in another spelling', { expires: '+1795266000' }],
    ['an expiry with blanks', { expires: ' 1795266000' }],
    ['an expiry with a fraction', { expires: '1795266000.0' }],
    ['two expiries', { expires: ['1795266000', '1795266000'] }],
    ['an endless expiry', { expires: 'Infinity' }],
  ])('refuses %s', (_, change) => {
    const { key, query } = parse(links.sign('a.jpg', { expiresAt }));
    expect(links.verify({ key, query }, now)).toEqual({ disposition: 'inline' });
    expect(() => links.verify({ key, query: { ...query, ...change } }, now)).toThrow(forbidden);
  });

  it('treats an undefined parameter as absent', () => {
    const { key, query } = parse(links.sign('a.jpg', { expiresAt }));
    expect(links.verify({ key, query: { ...query, filename: undefined } }, now)).toEqual({
      disposition: 'inline',
    });
  });

  it('refuses another key, even an invalid one, and another secret', () => {
    const { key, query } = parse(links.sign('a/b.jpg', { expiresAt }));
    for (const other of ['a/c.jpg', 'a//b.jpg', '../a', '', 'a/b.jpg\0', 'a/./b.jpg']) {
      expect(() => links.verify({ key: other, query }, now)).toThrow(forbidden);
    }
    expect(() => new MediaLinks('other', '/media').verify({ key, query }, now)).toThrow(forbidden);
    expect(() => new MediaLinks('', '/media')).toThrow(/secret/);
  });

  it('refuses another spelling of the same link when given the spelling', () => {
    const url = links.sign('a/b.jpg', { expiresAt });
    const spelled = url.replace('a/b', '%61/b');
    expect(() => links.verify({ ...parse(spelled), url: spelled }, now)).toThrow(forbidden);
  });
});

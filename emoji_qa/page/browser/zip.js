// A zip of files, uncompressed, since pictures would not get smaller (PKWARE's APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12 and
// 4.3.16).

const CRCS = Uint32Array.from({ length: 256 }, (_, byte) => { // the CRC-32 of each byte
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});
const VERSION = 20; // 2.0, the lowest version that can unpack it
const UTF8 = 0x800; // the flag for file names in UTF-8
const DATE = (40 << 9) + (1 << 5) + 1; // 1 January 2020, so that the same files give the same bytes

/** The CRC-32 of bytes. */
export function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) crc = CRCS[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Integers → bytes, little-endian. widths: for each number "2" or "4", its count of bytes. */
export function pack(widths, numbers) {
  const bytes = [];
  for (const [i, number] of numbers.entries()) {
    for (let place = 0; place < widths[i]; place += 1) bytes.push((number >>> (8 * place)) & 255);
  }
  return Uint8Array.from(bytes);
}

/** Files as [name, bytes], with distinct names and below 4 GB in all → the zip, as byte arrays to be concatenated. */
export function zip(files) {
  const contents = [];
  const directory = [];
  let at = 0;
  for (const [text, bytes] of files) {
    const name = new TextEncoder().encode(text);
    const what = [VERSION, UTF8, 0, 0, DATE, crc32(bytes), bytes.length, bytes.length, name.length, 0];
    const header = pack("42222244422", [0x04034b50, ...what]);
    contents.push(header, name, bytes);
    directory.push(pack("42222224442222244", [0x02014b50, VERSION, ...what, 0, 0, 0, 0, at]), name);
    at += header.length + name.length + bytes.length;
  }
  const length = directory.reduce((sum, part) => sum + part.length, 0);
  const end = pack("42222442", [0x06054b50, 0, 0, files.length, files.length, length, at, 0]);
  return [...contents, ...directory, end];
}

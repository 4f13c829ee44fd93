import { drawWithPython } from '@darkroom/testing';

/**
 * Runs one Python script that draws several pictures: each new process costs a second or more for its imports.
 *
 * @param script - puts files by their names into the dictionary `files`
 * @returns a function that finds a file by its name
 */
export async function drawMany(script: string): Promise<(name: string) => Buffer> {
  const written = await drawWithPython(`
import base64, json
files = {}
${script}
write(json.dumps({name: base64.b64encode(data).decode() for name, data in files.items()}).encode())
`);
  const files = new Map(Object.entries(JSON.parse(written.toString('utf8')) as Record<string, string>));
  return (name) => {
    const file = files.get(name);
    if (file === undefined) throw new Error(`The script drew no file ${name}.`);
    return Buffer.from(file, 'base64');
  };
}

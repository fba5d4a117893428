import { expect, it } from 'vitest';
import { findDataFolder } from './dataFolder.ts';
import type { FolderSurroundings } from './dataFolder.ts';

const linux: FolderSurroundings = {
  platform: 'linux',
  env: {},
  homeFolder: '/home/mura',
  workingFolder: '/office',
};
const windows: FolderSurroundings = {
  platform: 'win32',
  env: {},
  homeFolder: 'C:\\Users\\mura',
  workingFolder: 'D:\\office',
};

it('takes what is asked for before the environment, and both from where the person stands', () => {
  expect(findDataFolder('data', { ...linux, env: { HIKYAKU_DATA: '/elsewhere' } })).toBe('/office/data');
  expect(findDataFolder(undefined, { ...linux, env: { HIKYAKU_DATA: 'b' } })).toBe('/office/b');
  expect(findDataFolder('', { ...linux, env: { HIKYAKU_DATA: '' } })).toBe('/home/mura/.local/share/hikyaku');
  expect(findDataFolder('data', windows)).toBe('D:\\office\\data');
});

it('knows where each platform keeps a program’s data', () => {
  expect(findDataFolder(undefined, linux)).toBe('/home/mura/.local/share/hikyaku');
  expect(findDataFolder(undefined, { ...linux, env: { XDG_DATA_HOME: '/data' } })).toBe('/data/hikyaku');
  expect(findDataFolder(undefined, { ...linux, env: { XDG_DATA_HOME: 'data' } })).toBe(
    '/home/mura/.local/share/hikyaku',
  );
  expect(findDataFolder(undefined, { ...linux, platform: 'darwin' })).toBe(
    '/home/mura/Library/Application Support/Hikyaku',
  );
  expect(findDataFolder(undefined, windows)).toBe('C:\\Users\\mura\\AppData\\Roaming\\Hikyaku');
  expect(findDataFolder(undefined, { ...windows, env: { APPDATA: 'E:\\roaming' } })).toBe(
    'E:\\roaming\\Hikyaku',
  );
});

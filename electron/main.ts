// Electron's main process: one window, one gateway in a process of its own, and the scheme that joins the two.
// It decides nothing about faxes.

import { join, resolve } from 'node:path';
import { app, dialog, Menu, protocol, session } from 'electron';
import { applicationMenu } from './applicationMenu.ts';
import { APPLICATION_SCHEME, applicationScheme } from './applicationScheme.ts';
import { electronHostStarter } from './electronHostStarter.ts';
import { GatewaySupervisor } from './gatewaySupervisor.ts';
import { MainWindow } from './mainWindow.ts';
import { shellOptions } from './shellOptions.ts';
import { denyPermissions } from './windowPolicy.ts';

/** This file is bundled to build/electron/main.js. */
const APPLICATION_FOLDER = resolve(import.meta.dirname, '../..');
const GATEWAY_HOST = join(APPLICATION_FOLDER, 'electron/gatewayHost.ts');

const options = shellOptions(process.argv);
// The lock against a second instance lies here: one instance per data folder.
app.setPath('userData', join(options.dataFolder, 'window'));

if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  app.enableSandbox();
  protocol.registerSchemesAsPrivileged([APPLICATION_SCHEME]);

  const starter = electronHostStarter(GATEWAY_HOST);
  const gateway = new GatewaySupervisor(() => starter.start(options), {
    ready: () => window.connect(),
    lost: (exitCode, restartInMs) => {
      console.error(`The gateway ended (exit code ${exitCode ?? 'none'}); again in ${restartInMs} ms.`);
    },
    failed: (cause) => {
      dialog.showErrorBox('Hikyaku cannot start', cause.message);
      app.exit(1);
    },
  });
  const window = new MainWindow({
    preload: join(import.meta.dirname, 'preload.cjs'),
    developerTools: !app.isPackaged,
    openApiPort: (onClose) => gateway.connection?.host.openApiPort(onClose),
  });

  app.on('second-instance', () => window.show());
  app.on('activate', () => window.show());
  // Faxes arrive with the window closed; File > Quit, or the system, ends the application.
  app.on('window-all-closed', () => {});

  let stopped = false;
  app.on('before-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void gateway.stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });
  // Ctrl+C where it was started, and the session's end.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());

  app.whenReady().then(
    () => {
      denyPermissions(session.defaultSession);
      protocol.handle(
        'hikyaku',
        applicationScheme({
          rendererFolder: join(APPLICATION_FOLDER, 'build/renderer'),
          gateway: () => gateway.connection?.ready,
        }),
      );
      Menu.setApplicationMenu(Menu.buildFromTemplate(applicationMenu(process.platform)));
      gateway.start();
      window.show();
    },
    (error: unknown) => {
      console.error(error);
      app.exit(1);
    },
  );
}

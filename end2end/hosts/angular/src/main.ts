// Mounts the sample's application the way the framework's own template does.

import { ApplicationRef } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { AppComponent } from './app.component';

let app: ApplicationRef;
async function mount() {
  // Angular takes its element away when the application is destroyed.
  if (!document.querySelector('app-root')) document.body.prepend(document.createElement('app-root'));
  app = await bootstrapApplication(AppComponent);
}
document.getElementById('leave')!.onclick = () => app.destroy();
document.getElementById('return')!.onclick = mount;
await mount();

// Mounts the sample's application the way the framework's own template does.

import { createApp } from 'vue';
import App from './App.vue';

let app;
function mount() {
  app = createApp(App);
  app.mount('#mount');
}
document.getElementById('leave').onclick = () => app.unmount();
document.getElementById('return').onclick = mount;
mount();

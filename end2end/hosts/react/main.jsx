// Mounts the sample's application the way the framework's own template does.

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import App from './App.jsx';

let root;
function mount() {
  root = createRoot(document.getElementById('root'));
  root.render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
document.getElementById('leave').onclick = () => root.unmount();
document.getElementById('return').onclick = mount;
mount();

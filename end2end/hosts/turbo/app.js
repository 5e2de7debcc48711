// Turbo as its own guide starts it.

import '@hotwired/turbo';

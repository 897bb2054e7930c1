package org.fdbox.daemon.handover;

/// Nobody waits for an [Attempt] any more: it took too long. The message says what did, for people.
final class Unanswered extends Exception {

    private static final long serialVersionUID = 1L;

    Unanswered(String what) {
        super(what);
    }
}

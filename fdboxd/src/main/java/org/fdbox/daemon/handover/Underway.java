package org.fdbox.daemon.handover;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// What handlers are being asked for at the moment: by a save, or by one that did not wait for the answer. Until that comes, nobody asks for the
/// same again, and nothing else gets the name of its payload. Safe for use by several threads.
final class Underway {

    private final Map<Question, Path> payloads = new HashMap<>();

    /// @param payload where its contents may be written
    synchronized void begin(Question question, Path payload) {
        payloads.put(question, payload);
    }

    synchronized void end(Question question) {
        payloads.remove(question);
    }

    /// Whether another is for the same open file, as far as that is known.
    synchronized boolean has(Question question) {
        return payloads.keySet().stream().anyMatch(other -> other.description() == question.description()
                || other.fd() == question.fd());
    }

    /// Whether one may write a payload of this name there.
    synchronized boolean has(PayloadFolder folder, String name) {
        return !payloads.isEmpty() && payloads.containsValue(folder.file(name));
    }

    /// How many of a user's.
    synchronized long count(int uid) {
        return payloads.keySet().stream().filter(question -> question.entry().putter().uid() == uid).count();
    }
}

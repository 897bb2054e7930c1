package org.fdbox.daemon.handover;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.fdbox.daemon.box.Entry;
import org.fdbox.daemon.box.Look;
import org.fdbox.spi.HandlerRefusal;

/// Asks the handlers of one box's entries what to write down of them, one after the other: each may never answer, but a thread for each would
/// take longer.
final class Inquiry implements Attempt.Work<Inquiry.Answers> {

    private final SaveWide save;
    private final Look look;
    private final List<Question> questions;
    private volatile int answered;

    /// @param nodes of a manifest
    record Answers(Map<Entry, Map<String, Object>> nodes) {}

    /// @param look open for as long as somebody waits
    /// @param questions one at least
    Inquiry(SaveWide save, Look look, List<Question> questions) {
        this.save = save;
        this.look = look;
        this.questions = questions;
    }

    /// How many have answered.
    int answered() {
        return answered;
    }

    /// Which is asked for now, or was asked for last.
    Question current() {
        return questions.get(Math.min(answered, questions.size() - 1));
    }

    @Override
    public Answers run(Attempt<Answers> attempt) throws HandlerRefusal {
        var nodes = new IdentityHashMap<Entry, Map<String, Object>>();
        for (Question question : questions) {
            nodes.put(question.entry(), ask(attempt, question));
            answered(attempt);
        }
        return new Answers(nodes);
    }

    /// What is late is not counted, so that who is to blame stays so.
    private void answered(Attempt<?> attempt) {
        synchronized (attempt) {
            attempt.gotOn();
            answered++;
        }
    }

    private Map<String, Object> ask(Attempt<?> attempt, Question question) throws HandlerRefusal {
        try (Mark _ = begin(attempt, question)) {
            return node(question, new WaitedSave(attempt, save, look.box().name(), question.entry(),
                    question.served(), attempt.bytes()));
        }
    }

    /// That somebody is at an entry: its descriptor stays open for the handler, which may be at it when nobody waits any more.
    private record Mark(Look.Pin pin, Underway underway, Question question) implements AutoCloseable {
        @Override
        public void close() {
            pin.close();
            underway.end(question);
        }
    }

    private Mark begin(Attempt<?> attempt, Question question) {
        synchronized (attempt) {
            attempt.requireWanted();
            save.underway().begin(question, save.folder().file(question.file()));
            return new Mark(look.pin(question.entry()), save.underway(), question);
        }
    }

    /// Contents go to a file, and to the kernel where that carries memory over a kexec.
    private Map<String, Object> node(Question question, WaitedSave waited) throws HandlerRefusal {
        Entry entry = question.entry();
        var file = new ContentsWriter(save.folder(), question.file(), save.prepared(), waited);
        var payload = new KeptWriter(file, save.outgoing().isWithoutFiles(), waited, question.fd());
        Map<String, Object> node = EntryNode.begin(entry);
        node.put(EntryNode.PROPERTIES, question.handler().preserve(question.fd(), entry.putter(), payload));
        payload.node().ifPresent(contents -> node.put(EntryNode.PAYLOAD, contents));
        return node;
    }
}

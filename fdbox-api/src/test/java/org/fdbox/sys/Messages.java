package org.fdbox.sys;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Texts as messages, and messages as texts. In a text, '|' stands for the NUL that ends a message.
final class Messages {

    private Messages() {}

    static byte[] bytes(String text) {
        return text.replace('|', '\0').getBytes(StandardCharsets.ISO_8859_1);
    }

    static void add(FrameReader reader, String text, OwnedFd... arrived) throws FrameReader.TooLong {
        byte[] bytes = bytes(text);
        reader.add(bytes, bytes.length, List.of(arrived), false);
    }

    static String text(Frame frame) {
        return new String(frame.bytes(), StandardCharsets.ISO_8859_1);
    }

    /// Every frame that is ready, as "text" or, with descriptors, "text+2". Closes them.
    static List<String> ready(FrameReader reader) {
        var texts = new ArrayList<String>();
        for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
            int count = frame.descriptors().size();
            texts.add(text(frame) + (count == 0 ? "" : "+" + count));
            frame.close();
        }
        return texts;
    }

    /// New descriptors, each owned by the caller.
    static OwnedFd[] descriptors(int count) {
        var descriptors = new OwnedFd[count];
        for (int i = 0; i < count; i++) {
            descriptors[i] = EventFd.create(0, false, false);
        }
        return descriptors;
    }
}

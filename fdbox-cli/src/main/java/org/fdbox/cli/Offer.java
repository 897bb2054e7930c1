package org.fdbox.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// A descriptor of the caller's and the name it is to have in the box.
record Offer(String name, int number) {

    private static final String FORM = "NAME=N, where N is the number of a descriptor";

    /// Reads a number of a descriptor.
    static int number(String text) throws UsageException {
        if (!text.matches("\\d{1,9}")) {
            throw new UsageException("\"" + text + "\" is no number of a descriptor");
        }
        return Integer.parseInt(text);
    }

    /// Reads `NAME=N NAME=N ...`.
    static List<Offer> all(List<String> texts) throws UsageException {
        var offers = new ArrayList<Offer>();
        var names = new HashSet<String>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            if (equals < 0) {
                throw new UsageException(
                        "\"" + text + "\" has no number: several entries are written " + FORM);
            }
            var offer = new Offer(text.substring(0, equals), number(text.substring(equals + 1)));
            if (!names.add(offer.name)) {
                throw new UsageException("the name \"" + offer.name + "\" is given twice");
            }
            offers.add(offer);
        }
        return offers;
    }
}

package org.fdbox.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/// The interfaces that are spoken, and their texts.
public enum Interface {
    SERVICE("org.varlink.service"),
    STORE("org.fdbox.Store"),
    HANDOVER("org.fdbox.Handover");

    private final String fullName;

    Interface(String fullName) {
        this.fullName = fullName;
    }

    public String fullName() {
        return fullName;
    }

    public static List<String> fullNames() {
        return Stream.of(values()).map(Interface::fullName).toList();
    }

    /// @throws Refused.InterfaceNotFound if there is none of that name
    public static Interface named(String fullName) throws Refused.InterfaceNotFound {
        for (Interface candidate : values()) {
            if (candidate.fullName.equals(fullName)) {
                return candidate;
            }
        }
        throw new Refused.InterfaceNotFound(fullName);
    }

    /// The interface file, as written.
    public String text() {
        try (InputStream file = Interface.class.getResourceAsStream(fullName + ".varlink")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}

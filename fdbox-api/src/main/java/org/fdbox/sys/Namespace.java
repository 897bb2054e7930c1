package org.fdbox.sys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The namespaces of this process (namespaces(7)), and the boot they belong to.
public final class Namespace {

    private Namespace() {}

    /// What names the network namespace until the next boot, for example "net:[4026531840]".
    public static String network() {
        return link("net");
    }

    /// What names the pid namespace until the next boot, for example "pid:[4026531836]".
    public static String pid() {
        return link("pid");
    }

    private static String link(String kind) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns", kind)).toString();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// A number that is another one after each boot.
    public static String bootId() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}

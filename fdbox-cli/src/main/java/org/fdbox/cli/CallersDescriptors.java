package org.fdbox.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The descriptors that this process got from its caller, told apart from those that the Java runtime opened in it: its
/// library and the jars of the class path, at the lowest free numbers and without close-on-exec.
final class CallersDescriptors {

    /// Where the launcher tells which standard descriptors the caller had closed; it opened them on /dev/null.
    private static final String CLOSED = "fdbox.closed";
    private static final String DELETED = " (deleted)";

    private final Path descriptors;
    private final String javaHome;
    private final Set<String> classPath;
    private final Set<String> closed;

    /// @param descriptors /proc/self/fd
    /// @param javaHome where the runtime's own files are
    /// @param classPath its jars
    /// @param closed numbers that the caller had closed
    CallersDescriptors(Path descriptors, String javaHome, Set<String> classPath, Set<String> closed) {
        this.descriptors = descriptors;
        this.javaHome = javaHome;
        this.classPath = classPath;
        this.closed = closed;
    }

    static CallersDescriptors ofProcess() {
        var classPath = new HashSet<String>();
        for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator)) {
            classPath.add(real(entry));
        }
        return new CallersDescriptors(
                Path.of("/proc/self/fd"),
                real(System.getProperty("java.home")),
                classPath,
                Set.of(System.getProperty(CLOSED, "").split(" ")));
    }

    private static String real(String path) {
        try {
            return Path.of(path).toRealPath().toString();
        } catch (IOException gone) {
            return Path.of(path).toAbsolutePath().normalize().toString();
        }
    }

    /// Makes sure that all of these are the caller's. Before any of them is copied, since a copy takes a free number.
    ///
    /// @throws FailedException if one is not
    void require(List<Integer> numbers) throws FailedException {
        for (int number : numbers) {
            if (!isCallers(number)) {
                throw new FailedException("no descriptor " + number
                        + " was passed to fdbox; a shell passes one with " + number + "<FILE, for example");
            }
        }
    }

    private boolean isCallers(int number) {
        String target = target(number);
        return !target.isEmpty()
                && !target.startsWith(javaHome + "/")
                && !classPath.contains(target)
                && !closed.contains(Integer.toString(number));
    }

    /// What a descriptor leads to; empty if there is no such descriptor.
    private String target(int number) {
        try {
            String target = Files.readSymbolicLink(descriptors.resolve(Integer.toString(number))).toString();
            return target.endsWith(DELETED)
                    ? target.substring(0, target.length() - DELETED.length())
                    : target;
        } catch (IOException noSuchDescriptor) {
            return "";
        }
    }
}

package org.fdbox.test.functional;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/// A jar with the handler demo.NoteHandler, built with the JDK's own compiler.
final class PluginJar {

    private static final String CLASS = "demo/NoteHandler.class";

    private PluginJar() {}

    /// @param folder gets classes, besides the jar
    static void build(Path folder, Path jar) throws Exception {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        URI source = PluginJar.class.getResource("/plugin/NoteHandler.java").toURI();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var said = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of("-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
            boolean compiled = compiler.getTask(said, files, null, options, null,
                    files.getJavaFileObjects(Path.of(source))).call();
            if (!compiled) {
                throw new AssertionError(said.toString());
            }
        }
        Files.createDirectories(jar.getParent());
        Files.setPosixFilePermissions(jar.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        write(jar, Map.of(
                CLASS, Files.readAllBytes(classes.resolve(CLASS)),
                "META-INF/services/org.fdbox.spi.FdHandler", "demo.NoteHandler".getBytes()));
    }

    static void write(Path jar, Map<String, byte[]> entries) throws Exception {
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new JarEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        }
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-r--r--"));
    }
}

package org.fdbox.cli.demo;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.fdbox.sys.Contents;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.OpenFile;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;

/// A regular file, open for appending and read halfway.
final class LogFile implements Exhibit {

    private static final byte[] TEXT =
            "vm started\nvm paused for the update\n".getBytes(StandardCharsets.UTF_8);
    private static final long POSITION = 11;

    private final Path path;

    /// @param path where nothing is yet
    LogFile(Path path) {
        this.path = path;
    }

    @Override
    public String name() {
        return "log";
    }

    @Override
    public String kind() {
        return "file";
    }

    @Override
    public String checked() {
        return "contents, path, position, flags (append)";
    }

    @Override
    public OwnedFd open() {
        OwnedFd file = OpenFile.create(path.toString());
        Contents.write(file, TEXT, 0);
        OpenFile.setStatusFlags(file, OpenFlags.APPEND);
        OpenFile.seek(file, POSITION);
        return file;
    }

    @Override
    public void compare(OwnedFd back) throws Different {
        var facts = new FdFacts(back);
        Different.unlessEqual("the path", path.toString(), facts.link());
        Different.unlessEqual("the flags", List.of("rdwr", "append"), OpenFlags.names(facts.flags()));
        Different.unlessEqual("the position", POSITION, OpenFile.position(back));
        String is = new String(Contents.read(back, 0, (int) facts.stat().size()), StandardCharsets.UTF_8);
        Different.unlessEqual("the text", new String(TEXT, StandardCharsets.UTF_8), is);
    }
}

package org.fdbox.daemon.handlers;

import java.util.Map;
import java.util.NoSuchElementException;
import org.fdbox.spi.FdHandler;
import org.fdbox.spi.HandlerRefusal;
import org.fdbox.sys.FdFacts;
import org.fdbox.sys.FileType;
import org.fdbox.sys.OpenFlags;
import org.fdbox.sys.OwnedFd;

/// Objects of the kernel without a place in any folder, told apart by the name that /proc/self/fd shows. Most share one inode,
/// "anon_inode:NAME"; some are files of a file system that nobody can mount, and look like a deleted file of "/".
final class KernelObject {

    private static final String ANONYMOUS = "anon_inode:";
    private static final String SECRET_MEMORY = "/secretmem (deleted)";
    /// Since Linux 6.19; "anon_inode:[kvm-gmem]" before.
    private static final String GUEST_MEMORY = "/[kvm-gmem] (deleted)";
    private static final String DMA_BUFFER = "/dmabuf:";

    private KernelObject() {}

    /// What is behind "anon_inode:", its brackets off (some names have them, some not, and some got them later); "" for
    /// everything else, and for what only leads there (O_PATH).
    static String name(FdFacts facts) {
        FileType type = facts.stat().type();
        if (type != FileType.ANONYMOUS && type != FileType.REGULAR) {
            return "";
        }
        String link = facts.link();
        if (!link.startsWith(ANONYMOUS) || (facts.flags() & OpenFlags.PATH) != 0) {
            return "";
        }
        String name = link.substring(ANONYMOUS.length());
        return name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
    }

    static boolean isSecretMemory(FdFacts facts) {
        return isInternalFile(facts) && facts.link().equals(SECRET_MEMORY);
    }

    static boolean isGuestMemory(FdFacts facts) {
        return name(facts).equals("kvm-gmem") || isInternalFile(facts) && facts.link().equals(GUEST_MEMORY);
    }

    static boolean isDmaBuffer(FdFacts facts) {
        return isInternalFile(facts) && facts.link().startsWith(DMA_BUFFER);
    }

    /// Whether it must not be taken for a regular file, also where its handler is switched off.
    static boolean showsAsFile(FdFacts facts) {
        return isSecretMemory(facts) || isGuestMemory(facts) || isDmaBuffer(facts);
    }

    /// What its handler tells of it, where that is all there is to save.
    ///
    /// @throws HandlerRefusal if this kernel does not tell it
    static Map<String, Object> described(FdHandler handler, OwnedFd fd) throws HandlerRefusal {
        try {
            return handler.describe(fd);
        } catch (NoSuchElementException oldKernel) {
            throw new HandlerRefusal(oldKernel.getMessage(), oldKernel);
        }
    }

    /// On a file system without a disk, as all of the kernel's own are.
    private static boolean isInternalFile(FdFacts facts) {
        return facts.stat().device().major() == 0 && (facts.flags() & OpenFlags.PATH) == 0;
    }
}

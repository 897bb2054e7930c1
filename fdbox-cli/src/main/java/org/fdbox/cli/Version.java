package org.fdbox.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/// Which version of fdbox this is.
final class Version {

    private static final String WRITTEN_BY_MAVEN = "/META-INF/maven/org.fdbox/fdbox-cli/pom.properties";

    private Version() {}

    static String text() throws IOException {
        var properties = new Properties();
        try (InputStream file = Version.class.getResourceAsStream(WRITTEN_BY_MAVEN)) {
            if (file != null) {
                properties.load(file);
            }
        }
        return properties.getProperty("version", "(not built by Maven)");
    }
}

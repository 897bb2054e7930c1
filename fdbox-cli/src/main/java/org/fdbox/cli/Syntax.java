package org.fdbox.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Describes a command to picocli: its arguments, its options with those that all commands share, and its help.
final class Syntax {

    static final String SOCKET = "--socket";
    static final String JSON = "--json";
    static final String HELP = "--help";

    private final CommandSpec spec = CommandSpec.create();
    private int positionals;
    private String meaningOfJson = "print the daemon's reply as JSON";

    private Syntax(String name, String summary) {
        spec.name("fdbox " + name);
        spec.usageMessage().width(100).sortOptions(false)
                .header(plain(summary))
                .synopsisHeading("%nUsage: ")
                .optionListHeading("%nOptions:%n");
    }

    /// @param summary one sentence
    static Syntax of(String name, String summary) {
        return new Syntax(name, summary);
    }

    /// The arguments as they are written, in place of what picocli would make of them.
    Syntax synopsis(String synopsis) {
        spec.usageMessage().customSynopsis(plain(spec.name() + " " + synopsis));
        return this;
    }

    /// What is to be known beyond the summary, one line each.
    Syntax details(String... lines) {
        spec.usageMessage().descriptionHeading("%n").description(plain(lines));
        return this;
    }

    Syntax examples(String... lines) {
        var footer = new String[lines.length + 2];
        footer[0] = "";
        footer[1] = lines.length == 1 ? "Example:" : "Examples:";
        for (int i = 0; i < lines.length; i++) {
            footer[i + 2] = "  " + plain(lines[i]);
        }
        spec.usageMessage().footer(footer);
        return this;
    }

    /// One argument that must be there.
    Syntax argument(String label, String description) {
        return positional(label, description, Integer.toString(positionals), "1", String.class);
    }

    /// One argument that may be there.
    Syntax optionalArgument(String label, String description) {
        return positional(label, description, Integer.toString(positionals), "0..1", String.class);
    }

    /// All arguments that are left.
    ///
    /// @param arity how many they must be, for example "1..*"
    Syntax arguments(String label, String description, String arity) {
        return positional(label, description, positionals + "..*", arity, List.class);
    }

    private Syntax positional(String label, String description, String index, String arity, Class<?> type) {
        spec.usageMessage().parameterListHeading("%nArguments:%n");
        spec.addPositional(PositionalParamSpec.builder()
                .index(index)
                .arity(arity)
                .required(!arity.startsWith("0"))
                .paramLabel(label)
                .description(plain(description))
                .type(type)
                .auxiliaryTypes(String.class)
                .build());
        positionals++;
        return this;
    }

    /// An option with a value.
    Syntax option(String name, String label, String description) {
        spec.addOption(OptionSpec.builder(name)
                .paramLabel(label)
                .arity("1")
                .type(String.class)
                .description(plain(description))
                .build());
        return this;
    }

    /// An option without a value.
    Syntax flag(String name, String description) {
        spec.addOption(OptionSpec.builder(name)
                .arity("0")
                .type(boolean.class)
                .description(plain(description))
                .build());
        return this;
    }

    /// Says what --json does for a command that has no reply to print.
    Syntax json(String meaning) {
        meaningOfJson = meaning;
        return this;
    }

    /// The description, with the options of all commands behind its own.
    CommandSpec spec() {
        option(SOCKET, "PATH",
                "the daemon's address; '@NAME' is an abstract one, fd:N a connection. Default: $FDBOX_SOCKET, or the usual place");
        flag(JSON, meaningOfJson);
        spec.addOption(OptionSpec.builder("-h", HELP)
                .arity("0")
                .type(boolean.class)
                .usageHelp(true)
                .description("print this text")
                .build());
        return spec;
    }

    /// picocli formats what it prints.
    private static String plain(String text) {
        return text.replace("%", "%%");
    }

    private static String[] plain(String... lines) {
        var plain = new String[lines.length];
        for (int i = 0; i < lines.length; i++) {
            plain[i] = plain(lines[i]);
        }
        return plain;
    }
}

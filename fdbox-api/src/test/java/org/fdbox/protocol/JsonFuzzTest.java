package org.fdbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import com.code_intelligence.jazzer.junit.FuzzTest;

/// Any bytes as an object.
class JsonFuzzTest {

    /// What one reader refuses the other refuses, and what both read is the same; written and read again it still is.
    @FuzzTest(maxExecutions = 250_000)
    void isReadAsByDataBinding(byte[] bytes) throws Exception {
        Optional<Map<String, Object>> expected = utf8(bytes).flatMap(Said::tree);
        Map<String, Object> object;
        try {
            object = Json.readObject(bytes);
        } catch (Malformed refused) {
            assertThat(refused.getMessage()).isNotBlank().hasSizeLessThan(1000);
            assertThat(expected).isEmpty();
            return;
        }
        assertThat(expected).contains(object);
        byte[] written = Json.write(object);
        assertThat(Json.readObject(written)).isEqualTo(object);
        assertThat(Json.write(Json.readObject(written))).isEqualTo(written);
    }

    private static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional
                    .of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException none) {
            return Optional.empty();
        }
    }
}

package dev.hubcap.hypervisor.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubcap.hypervisor.Hypervisor.HostKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent is the customer's: only what has the form of a key is one. */
class GuestAgentTest {

  private static final String CONTENT =
      "AAAAC3NzaC1lZDI1NTE5AAAAIFVh9n4XzNsEmZYR9GS0yGDAwlZY1L9dmLWq3oYQ1D6p";

  @Test
  void a_key_is_told_with_its_fingerprint() {
    assertThat(GuestAgent.key("ssh-ed25519 " + CONTENT + " root@web-1\n"))
        .contains(
            new HostKey(
                "ssh-ed25519", CONTENT, "SHA256:Wcb0PE3JidAwZrGlsLVl1DUJJ7A7GnCdAW/pVa/DjaU"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ssh-ed25519",
        "ssh-ed25519 <b>AAAA</b>",
        "SSH-ed25519 AAAA",
        "command=\"x\" ssh-rsa AAAA",
        "ssh-rsa A"
      })
  void anything_else_is_none(String line) {
    assertThat(GuestAgent.key(line)).isEmpty();
  }
}

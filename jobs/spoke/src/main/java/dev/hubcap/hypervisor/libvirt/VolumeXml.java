package dev.hubcap.hypervisor.libvirt;

import java.io.StringReader;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.xml.sax.InputSource;

/** Volumes of a storage pool, as libvirt is told of them and tells of them. */
final class VolumeXml {

  private VolumeXml() {}

  /**
   * An overlay: what is not written to it is read from its image.
   *
   * @param bytes its size
   * @param image the image's path
   * @param format the image's, {@code qcow2} or {@code raw}
   */
  static String overlay(String name, long bytes, String image, String format) {
    return XmlText.of(
        "volume",
        volume ->
            volume
                .element("name", name)
                .element("capacity", it -> it.with("unit", "bytes").text(bytes))
                .element("allocation", 0)
                .element(
                    "target", target -> target.element("format", it -> it.with("type", "qcow2")))
                .element(
                    "backingStore",
                    backing ->
                        backing
                            .element("path", image)
                            .element("format", it -> it.with("type", format))));
  }

  /** A volume with nothing in it. */
  static String empty(String name) {
    return XmlText.of(
        "volume",
        volume ->
            volume
                .element("name", name)
                .element("capacity", 0)
                .element("allocation", 0)
                .element(
                    "target", target -> target.element("format", it -> it.with("type", "raw"))));
  }

  /** The format that libvirt found a volume to have. */
  static String format(String description) {
    try {
      var factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return XPathFactory.newInstance()
          .newXPath()
          .evaluate(
              "/volume/target/format/@type",
              factory.newDocumentBuilder().parse(new InputSource(new StringReader(description))));
    } catch (Exception unreadable) {
      throw new IllegalStateException("libvirt's description of a volume", unreadable);
    }
  }
}

package dev.hubcap.hypervisor.libvirt;

import java.io.StringWriter;
import java.util.function.Consumer;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A document of XML, written element by element; every value is escaped. */
final class XmlText {

  private final XMLStreamWriter out;
  private int depth;
  private boolean leaf = true;

  private XmlText(XMLStreamWriter out) {
    this.out = out;
  }

  /** Writes a document of one element. */
  static String of(String root, Consumer<XmlText> content) {
    var text = new StringWriter();
    try {
      XMLStreamWriter out = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      new XmlText(out).element(root, content);
      out.close();
    } catch (XMLStreamException impossible) {
      throw new IllegalStateException(impossible);
    }
    return text.toString().strip() + "\n";
  }

  /** Adds an element with what is in it. */
  XmlText element(String name, Consumer<XmlText> content) {
    try {
      newLine();
      out.writeStartElement(name);
      depth++;
      leaf = true;
      content.accept(this);
      depth--;
      if (!leaf) {
        newLine();
      }
      out.writeEndElement();
      leaf = false;
    } catch (XMLStreamException impossible) {
      throw new IllegalStateException(impossible);
    }
    return this;
  }

  /** Adds an element with nothing but a text. */
  XmlText element(String name, Object text) {
    return element(name, it -> it.text(text));
  }

  /** Adds attributes to the element that was begun: name, value, name, value. */
  XmlText with(Object... attributes) {
    try {
      for (int i = 0; i < attributes.length; i += 2) {
        out.writeAttribute(attributes[i].toString(), attributes[i + 1].toString());
      }
    } catch (XMLStreamException impossible) {
      throw new IllegalStateException(impossible);
    }
    return this;
  }

  XmlText text(Object text) {
    try {
      out.writeCharacters(text.toString());
    } catch (XMLStreamException impossible) {
      throw new IllegalStateException(impossible);
    }
    return this;
  }

  private void newLine() throws XMLStreamException {
    out.writeCharacters("\n" + "  ".repeat(depth));
  }
}

package dev.hubcap.definitions;

import dev.hubcap.definitions.DefinitionRefused.Problem;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A YAML file as JSON values that remember where they were written. Values are addressed by JSON
 * pointers, {@code /schedule/cron}.
 */
final class YamlTree {

  /** A file does not even parse, or is no mapping; carries the one problem that says so. */
  static final class Unreadable extends RuntimeException {

    private final transient Problem problem;

    Unreadable(Problem problem) {
      super(problem.sentence());
      this.problem = problem;
    }

    private Unreadable(String file, int line, String sentence) {
      this(new Problem(file, line, sentence));
    }

    Problem problem() {
      return problem;
    }
  }

  private record Place(String file, int line) {}

  private final String file;
  private final ObjectNode values;
  private final Map<String, Place> places;

  private YamlTree(String file, ObjectNode values, Map<String, Place> places) {
    this.file = file;
    this.values = values;
    this.places = places;
  }

  /** Reads a mapping; anchors are refused, for what a line says should stand on it. */
  static YamlTree read(String file, String text) {
    var tree = new YamlTree(file, JsonNodeFactory.instance.objectNode(), new HashMap<>());
    tree.places.put("", new Place(file, 1));
    if (compose(file, text) instanceof MappingNode mapping) {
      tree.fill(tree.values, mapping, "");
      return tree;
    }
    throw new Unreadable(
        file, 1, "is not a mapping of keys to values; it should start with \"name: ...\"");
  }

  String file() {
    return file;
  }

  ObjectNode values() {
    return values;
  }

  JsonNode at(String pointer) {
    return values.at(pointer);
  }

  Optional<String> text(String pointer) {
    return Optional.of(at(pointer)).filter(JsonNode::isString).map(JsonNode::stringValue);
  }

  /** A problem at that value, or at the nearest value around it if it is missing. */
  Problem problem(String pointer, String sentence) {
    var place = places.get(pointer);
    return place == null
        ? problem(pointer.substring(0, pointer.lastIndexOf('/')), sentence)
        : new Problem(place.file(), place.line(), sentence);
  }

  /** This file laid over another: mappings are merged, null removes, the rest replaces. */
  YamlTree over(YamlTree base) {
    var merged = new YamlTree(file, base.values.deepCopy(), new HashMap<>(base.places));
    merged.places.put("", new Place(file, 1));
    merged.lay(merged.values, this, values, "");
    return merged;
  }

  private void lay(ObjectNode target, YamlTree top, ObjectNode values, String pointer) {
    for (var entry : values.properties()) {
      String here = child(pointer, entry.getKey());
      places.put(here, top.places.get(here));
      if (entry.getValue().isNull()) {
        target.remove(entry.getKey());
      } else if (entry.getValue() instanceof ObjectNode inner) {
        lay(target.withObjectProperty(entry.getKey()), top, inner, here);
      } else {
        target.set(entry.getKey(), entry.getValue());
      }
    }
  }

  private static Node compose(String file, String text) {
    try {
      return new Compose(LoadSettings.builder().setLabel(file).build())
          .composeString(text)
          .orElseThrow(() -> new Unreadable(file, 1, "is empty; it should define a job"));
    } catch (MarkedYamlEngineException e) {
      throw new Unreadable(
          file, e.getProblemMark().map(YamlTree::line).orElse(1), "is not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw new Unreadable(file, 1, "is not YAML: " + e.getMessage());
    }
  }

  private void fill(ObjectNode target, MappingNode mapping, String pointer) {
    for (var tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw new Unreadable(file, line(tuple.getKeyNode()), "has a key that is not a plain word");
      }
      String here = child(pointer, key.getValue());
      if (target.has(key.getValue())) {
        throw new Unreadable(
            file,
            line(key),
            "has the key \"%s\" a second time, after line %d; once is enough"
                .formatted(key.getValue(), placeOf(here).line()));
      }
      places.put(here, new Place(file, line(key)));
      target.set(key.getValue(), value(tuple.getValueNode(), here));
    }
  }

  private JsonNode value(Node node, String pointer) {
    if (node.getAnchor().isPresent()) {
      throw new Unreadable(
          file, line(node), "has a YAML anchor; write the value out where it is meant");
    }
    return switch (node) {
      case MappingNode mapping -> {
        var target = JsonNodeFactory.instance.objectNode();
        fill(target, mapping, pointer);
        yield target;
      }
      case SequenceNode sequence -> {
        var target = JsonNodeFactory.instance.arrayNode();
        sequence.getValue().forEach(item -> target.add(value(item, pointer)));
        yield target;
      }
      case ScalarNode scalar -> scalar(scalar);
      default -> throw new IllegalStateException("unexpected YAML node " + node.getNodeType());
    };
  }

  private static JsonNode scalar(ScalarNode scalar) {
    var json = JsonNodeFactory.instance;
    String text = scalar.getValue();
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.NULL)) {
      return json.nullNode();
    } else if (tag.equals(Tag.BOOL)) {
      return json.booleanNode(Boolean.parseBoolean(text));
    } else if (tag.equals(Tag.INT)) {
      return json.numberNode(new BigInteger(text));
    } else if (tag.equals(Tag.FLOAT) && !text.endsWith(".inf") && !text.endsWith(".nan")) {
      return json.numberNode(new BigDecimal(text));
    }
    return json.stringNode(text);
  }

  private Place placeOf(String pointer) {
    return places.getOrDefault(pointer, new Place(file, 1));
  }

  /** The pointer of a key within the mapping at a pointer. */
  static String child(String pointer, String key) {
    return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
  }

  private static int line(Node node) {
    return node.getStartMark().map(YamlTree::line).orElse(1);
  }

  private static int line(Mark mark) {
    return mark.getLine() + 1;
  }
}

#!/usr/bin/env python3
"""Writes <out>/<service>.h and <service>.cc from a compact model: the API structs in namespace
cumulite::api::<service> and the constant tables (protocol/model/shape.h) that describe them.

usage: generate.py MODEL.json OUT_FOLDER [NAMESPACE]
"""

import json
import pathlib
import re
import sys

SCALARS = {"boolean": ("kBoolean", "bool"), "integer": ("kInteger", "std::int32_t"),
           "short": ("kInteger", "std::int32_t"), "byte": ("kInteger", "std::int32_t"),
           "long": ("kLong", "std::int64_t"), "float": ("kFloat", "double"),
           "double": ("kDouble", "double"), "string": ("kString", "std::string"),
           "character": ("kString", "std::string"), "blob": ("kBlob", "std::string"),
           "timestamp": ("kTimestamp", "model::Timestamp")}
CUSTOM = {"AttributeValue": ("api::AttributeValue", "api::kAttributeValueCodec",
                             "protocol/codec/attribute_value.h")}
CUSTOM_SERVICES = ("dynamodb", "dynamodbstreams")
# SQS's JSON model dropped what its Query protocol (2012-11-05) calls lists and maps: flattened, with
# singular names. Shape -> Query name; for maps, the names of key and value in the entries.
SQS_QUERY_NAMES = {
    "AWSAccountIdList": "AWSAccountId", "ActionNameList": "ActionName",
    "AttributeNameList": "AttributeName", "BatchResultErrorEntryList": "BatchResultErrorEntry",
    "BinaryList": "BinaryListValue", "StringList": "StringListValue",
    "ChangeMessageVisibilityBatchRequestEntryList": "ChangeMessageVisibilityBatchRequestEntry",
    "ChangeMessageVisibilityBatchResultEntryList": "ChangeMessageVisibilityBatchResultEntry",
    "DeleteMessageBatchRequestEntryList": "DeleteMessageBatchRequestEntry",
    "DeleteMessageBatchResultEntryList": "DeleteMessageBatchResultEntry",
    "ListMessageMoveTasksResultEntryList": "ListMessageMoveTasksResultEntry",
    "MessageAttributeNameList": "MessageAttributeName", "MessageList": "Message",
    "MessageSystemAttributeList": "MessageSystemAttributeName", "QueueUrlList": "QueueUrl",
    "SendMessageBatchRequestEntryList": "SendMessageBatchRequestEntry",
    "SendMessageBatchResultEntryList": "SendMessageBatchResultEntry", "TagKeyList": "TagKey",
    "MessageBodyAttributeMap": ("MessageAttribute", "Name", "Value"),
    "MessageBodySystemAttributeMap": ("MessageSystemAttribute", "Name", "Value"),
    "MessageSystemAttributeMap": ("Attribute", "Name", "Value"),
    "QueueAttributeMap": ("Attribute", "Name", "Value"), "TagMap": ("Tag", "Key", "Value")}
QUERY_NAMES = {"sqs": SQS_QUERY_NAMES}
# Namespaces of answers that the models do not say.
XML_NAMESPACES = {"s3": "http://s3.amazonaws.com/doc/2006-03-01/",
                  "s3control": "http://awss3control.amazonaws.com/doc/2018-08-20/",
                  "sqs": "http://queue.amazonaws.com/doc/2012-11-05/"}
PROTOCOLS = {"json": "kJson", "query": "kQuery", "rest-xml": "kRestXml", "rest-json": "kRestJson"}
LOCATIONS = {"header": "kHeader", "headers": "kHeaders", "uri": "kUri", "querystring": "kQuery",
             "statusCode": "kStatusCode"}
TIMESTAMPS = {"iso8601": "kIso8601", "rfc822": "kRfc822", "unixTimestamp": "kUnix"}


def quote(text):
    """A C++ string literal; raw form would break on patterns that hold its delimiter."""
    return '"' + "".join(c if 32 <= ord(c) < 127 and c not in '"\\?' else
                         "\\%c" % c if c in '"\\?' else
                         "".join("\\%03o" % byte for byte in c.encode()) for c in text) + '"'


KEYWORDS = set("bool char class default delete double enum export explicit float friend goto if int "
               "long namespace new operator private protected public register return short signed "
               "static struct switch template this throw try typename union unsigned using virtual "
               "void volatile while".split())


def cpp_member(name):
    return name + "_" if name in KEYWORDS else name


class Generator:
    def __init__(self, model, service, namespace):
        self.model, self.service, self.namespace = model, service, namespace
        self.shapes = model["shapes"]
        self.custom = CUSTOM if service in CUSTOM_SERVICES else {}
        self.query_names = self.apply_query_names(QUERY_NAMES.get(service, {}))
        self.reachable = self.find_reachable()
        self.structs = self.order_structs()

    def apply_query_names(self, table):
        """Gives maps the names of their keys and values; returns shape -> Query name."""
        names = {}
        for shape, name in table.items():
            if not isinstance(name, str):
                name, key, value = name
                self.shapes[shape]["key"]["locationName"] = key
                self.shapes[shape]["value"]["locationName"] = value
            names[shape] = name
        return names

    # --- which shapes, in which order ------------------------------------------------------------
    def targets(self, name):
        """Shapes that a shape's C++ type or table refers to."""
        shape = self.shapes[name]
        if name in self.custom:
            return []
        refs = [m for m in shape.get("members", {}).values() if not self.is_event_stream(m)]
        refs += [shape[k] for k in ("member", "key", "value") if k in shape]
        return [ref["shape"] for ref in refs]

    def is_event_stream(self, ref):
        return bool(self.shapes[ref["shape"]].get("eventstream"))

    def find_reachable(self):
        todo = [op[side]["shape"] for op in self.model["operations"].values()
                for side in ("input", "output") if side in op]
        seen = {}
        while todo:
            name = todo.pop()
            if name not in seen:
                seen[name] = True
                todo += self.targets(name)
        return sorted(seen)

    def reaches(self, start, goal):
        todo, seen = [start], set()
        while todo:
            name = todo.pop()
            if name == goal:
                return True
            if name not in seen:
                seen.add(name)
                todo += self.targets(name)
        return False

    def is_constrained(self, start):
        todo, seen = [start], set()
        while todo:
            name = todo.pop()
            if name in seen or name in self.custom:
                continue
            seen.add(name)
            shape = self.shapes[name]
            if any(shape.get(key) for key in ("required", "pattern", "enum")) or (
                    "min" in shape or "max" in shape):
                return True
            todo += self.targets(name)
        return False

    def order_structs(self):
        ordered, state = [], {}

        def visit(name):
            if name in state:
                return
            state[name] = True
            for target in self.targets(name):
                visit(target)
            if self.shapes[name]["type"] == "structure" and name not in self.custom:
                ordered.append(name)

        for name in self.reachable:
            visit(name)
        return ordered

    # --- C++ types ---------------------------------------------------------------------------------
    def cpp_type(self, name, element=False):
        if name in self.custom:
            return self.custom[name][0]
        shape = self.shapes[name]
        kind = shape["type"]
        if kind == "structure":
            return f"::cumulite::api::{self.namespace}::{self.struct_name(name)}"
        if kind == "list":
            return f"std::vector<{self.cpp_type(shape['member']['shape'], True)}>"
        if kind == "map":
            return f"model::Map<{self.cpp_type(shape['value']['shape'], True)}>"
        if kind == "boolean" and element:
            return "model::Boolean"
        return SCALARS[kind][1]

    @staticmethod
    def struct_name(name):
        return name[0].upper() + name[1:]

    def storage_type(self, owner, ref):
        if self.is_event_stream(ref):
            return "std::optional<std::string>"
        target = ref["shape"]
        shape = self.shapes[target]
        inner = self.cpp_type(target)
        boxed = (shape["type"] == "structure" and target not in self.custom
                 and self.reaches(target, owner))
        return f"model::Box<{inner}>" if boxed else f"std::optional<{inner}>"

    # --- header --------------------------------------------------------------------------------------
    def header(self):
        out = ["#pragma once", "", "#include <cstdint>", "#include <optional>", "#include <string>",
               "#include <vector>", ""]
        out += [f'#include "{custom[2]}"' for custom in self.custom.values()]
        out += ['#include "protocol/model/operation.h"', "",
                f"/// Generated from the {self.model['metadata'].get('serviceId', self.service)} model.",
                f"namespace cumulite::api::{self.namespace} {{", ""]
        out += [f"struct {self.struct_name(name)};" for name in self.structs]
        out.append("")
        for name in self.structs:
            out.append(f"struct {self.struct_name(name)} {{")
            for member, ref in self.shapes[name].get("members", {}).items():
                out.append(f"  {self.storage_type(name, ref)} {cpp_member(member)} = {{}};")
            out += ["};", ""]
        out += ["extern const model::ServiceModel kModel;", "",
                "/// The operations as types: what connects a handler to its row at compile time.",
                "namespace op {"]
        for index, (name, operation) in enumerate(self.model["operations"].items()):
            if not operation.get("shapes", True):
                continue  # Only its name is known (shaped_operations.py): nothing can handle it.
            sides = [f"{self.struct_name(operation[side]['shape'])}" if side in operation
                     else "model::Unit" for side in ("input", "output")]
            out.append(f"struct {name} {{ using Input = {sides[0]}; using Output = {sides[1]}; "
                       f"static constexpr std::size_t kIndex = {index}; "
                       f"static const model::Operation& info() {{ return kModel.operations[{index}]; }} }};")
        out += ["}  // namespace op", "", f"}}  // namespace cumulite::api::{self.namespace}"]
        if self.namespace == self.service:
            out += ["", f"namespace cumulite::{self.service} {{",
                    f"namespace api = ::cumulite::api::{self.service};",
                    f"}}  // namespace cumulite::{self.service}"]
        return "\n".join(out) + "\n"

    # --- tables ----------------------------------------------------------------------------------------
    def member_row(self, owner, member, ref):
        shape = self.shapes[ref["shape"]]
        fields = [f".name = {quote(member)}", f".wire_name = {quote(ref.get('locationName', member))}"]
        table = "kEventStreamShape" if self.is_event_stream(ref) else f"kShape_{ref['shape']}"
        struct = self.struct_name(owner)
        fields += [f".shape = &{table}", f".offset = offsetof({struct}, {cpp_member(member)})",
                   f".ops = &model::kOptionalOps<{self.storage_type(owner, ref)}>"]
        if ref.get("location"):
            fields.append(f".location = model::Location::{LOCATIONS[ref['location']]}")
        stamp = ref.get("timestampFormat")
        if stamp:
            fields.append(f".timestamp_format = model::TimestampFormat::{TIMESTAMPS[stamp]}")
        flags = [("required", member in self.shapes[owner].get("required", ())),
                 ("flattened", ref.get("flattened") or shape.get("flattened")),
                 ("xml_attribute", ref.get("xmlAttribute")),
                 ("streaming", ref.get("streaming") or shape.get("streaming")),
                 ("event_stream", self.is_event_stream(ref)),
                 ("idempotency_token", ref.get("idempotencyToken")),
                 ("json_value", ref.get("jsonvalue") or shape.get("jsonvalue")),
                 ("has_location_name", "locationName" in ref),
                 ("event_payload", ref.get("eventpayload"))]
        fields += [f".{name} = true" for name, value in flags if value]
        namespace = ref.get("xmlNamespace") or shape.get("xmlNamespace")
        if isinstance(namespace, str):
            namespace = {"uri": namespace}
        if namespace:
            fields.append(f".xml_namespace = {quote(namespace.get('uri', ''))}")
            if namespace.get("prefix"):
                fields.append(f".xml_namespace_prefix = {quote(namespace['prefix'])}")
        return "    {" + ", ".join(fields) + "},"

    def shape_table(self, name):
        shape = self.shapes[name]
        kind, before = shape["type"], []
        if name in self.custom:
            row = [".kind = model::Kind::kCustom", f".name = {quote(name)}",
                   f".custom = &{self.custom[name][1]}"]
            return [f"const Shape kShape_{name} = {{{', '.join(row)}}};"]
        if kind == "structure":
            row = [".kind = model::Kind::kStructure", f".name = {quote(name)}"]
            members = shape.get("members", {})
            if members:
                before += [f"constexpr Member kMembers_{name}[] = {{"]
                before += [self.member_row(name, member, ref) for member, ref in members.items()]
                before.append("};")
                row.append(f".members = kMembers_{name}")
            if shape.get("payload") in members:
                row.append(f".payload = &kMembers_{name}[{list(members).index(shape['payload'])}]")
            row += [f".{flag} = true" for flag, key in (("is_union", "union"), ("is_event", "event"))
                    if shape.get(key)]
        elif kind == "list":
            ref = shape["member"]
            row = [".kind = model::Kind::kList", f".name = {quote(name)}",
                   f".element = &kShape_{ref['shape']}"]
            if "locationName" in ref:
                row.append(f".element_name = {quote(ref['locationName'])}")
            row += [".flattened = true"] if shape.get("flattened") else []
            row.append(f".list = &model::kListOps<{self.cpp_type(ref['shape'], True)}>")
        elif kind == "map":
            row = [".kind = model::Kind::kMap", f".name = {quote(name)}",
                   f".element = &kShape_{shape['value']['shape']}", f".key = &kShape_{shape['key']['shape']}"]
            row += [f".{part}_name = {quote(shape[part]['locationName'])}" for part in ("key", "value")
                    if "locationName" in shape[part]]
            row += [".flattened = true"] if shape.get("flattened") else []
            row.append(f".map = &model::kMapOps<{self.cpp_type(shape['value']['shape'], True)}>")
        else:
            row = [f".kind = model::Kind::{SCALARS[kind][0]}", f".name = {quote(name)}"]
        row += self.constraints(name, shape, before)
        if name in self.query_names:
            row.append(f".query_name = {quote(self.query_names[name])}")
        if self.is_constrained(name):
            row.append(".constrained = true")
        return before + [f"const Shape kShape_{name} = {{{', '.join(row)}}};"]

    @staticmethod
    def constraints(name, shape, before):
        row = []
        if shape.get("timestampFormat"):
            row.append(f".timestamp_format = model::TimestampFormat::{TIMESTAMPS[shape['timestampFormat']]}")
        row += [f".has_{bound} = true" for bound in ("min", "max") if bound in shape]
        row += [f".{bound} = {int(shape[bound])}" for bound in ("min", "max") if bound in shape]
        if shape.get("pattern"):
            row.append(f".pattern = {quote(shape['pattern'])}")
        if shape.get("enum"):
            values = ", ".join(quote(value) for value in shape["enum"])
            before.append(f"constexpr std::string_view kEnum_{name}[] = {{{values}}};")
            row.append(f".enum_values = kEnum_{name}")
        if shape.get("sensitive"):
            row.append(".sensitive = true")
        namespace = shape.get("xmlNamespace")
        if namespace:
            uri = namespace if isinstance(namespace, str) else namespace.get("uri", "")
            row.append(f".xml_namespace = {quote(uri)}")
        if shape.get("locationName"):
            row.append(f".location_name = {quote(shape['locationName'])}")
        return row

    def operation_row(self, index, name, operation):
        http = operation.get("http", {})
        row = [f".name = {quote(name)}", f".method = {quote(http.get('method', 'POST'))}",
               f".uri = {quote(http.get('requestUri', '/'))}"]
        if http.get("responseCode"):
            row.append(f".success_status = {http['responseCode']}")
        for side in ("input", "output"):
            if side in operation:
                row.append(f".{side} = &kShape_{operation[side]['shape']}")
        if "input" in operation and "locationName" in operation["input"]:
            row.append(f".input_root = {quote(operation['input']['locationName'])}")
            namespace = operation["input"].get("xmlNamespace", {})
            uri = namespace if isinstance(namespace, str) else namespace.get("uri", "")
            row += [f".input_xml_namespace = {quote(uri)}"] if uri else []
        if "output" in operation and "resultWrapper" in operation["output"]:
            row.append(f".result_wrapper = {quote(operation['output']['resultWrapper'])}")
        row.append(f".index = {index}")
        return "    {" + ", ".join(row) + "},"

    def error_rows(self):
        for name, shape in sorted(self.shapes.items()):
            error = shape.get("error", {})
            if not (shape.get("exception") or error):
                continue
            status = error.get("httpStatusCode", 0)
            fault = shape.get("fault") or error.get("fault") or status >= 500
            message = next((ref.get("locationName", member)
                            for member, ref in shape.get("members", {}).items()
                            if member.lower() == "message"), "")
            yield (f"    {{.name = {quote(name)}, .code = {quote(error.get('code', name))}, "
                   f".http_status = {status}, .receiver_fault = {'true' if fault else 'false'}, "
                   f".message_name = {quote(message)}}},")

    def source(self):
        meta = self.model["metadata"]
        out = [f'#include "api/{self.service}.h"', "", "#include <cstddef>", "",
               "// offsetof on structs of optionals: they are standard layout with every compiler we build with.",
               '#pragma GCC diagnostic ignored "-Winvalid-offsetof"',
               '#pragma GCC diagnostic ignored "-Wmissing-field-initializers"', "",
               f"namespace cumulite::api::{self.namespace} {{", "namespace {", "",
               "using model::Member;", "using model::Shape;", ""]
        out += [f"extern const Shape kShape_{name};" for name in self.reachable]
        if any(self.is_event_stream(ref) for name in self.structs
               for ref in self.shapes[name].get("members", {}).values()):
            out.append('const Shape kEventStreamShape = {.kind = model::Kind::kBlob, .name = "EventStream"};')
        out.append("")
        for name in self.reachable:
            out += self.shape_table(name)
        operations = self.model["operations"]
        out += ["", "const model::Operation kOperations[] = {"]
        out += [self.operation_row(i, name, op) for i, (name, op) in enumerate(operations.items())]
        out += ["};", ""]
        errors = list(self.error_rows())
        if errors:
            out += ["constexpr model::ErrorShape kErrors[] = {"] + errors + ["};", ""]
        out += ["}  // namespace", "", "const model::ServiceModel kModel = {"]
        prefix = meta.get("endpointPrefix", self.service)
        out += [f"    .id = {quote(self.service)},",
                f"    .service_id = {quote(meta.get('serviceId', self.service))},",
                f"    .signing_name = {quote(meta.get('signingName', prefix))},",
                f"    .endpoint_prefix = {quote(prefix)},",
                f"    .api_version = {quote(meta.get('apiVersion', ''))},",
                f"    .target_prefix = {quote(meta.get('targetPrefix', ''))},",
                f"    .json_version = {quote(meta.get('jsonVersion', ''))},"]
        namespace = meta.get("xmlNamespace", "")
        namespace = namespace if isinstance(namespace, str) else namespace.get("uri", "")
        namespace = XML_NAMESPACES.get(self.service, namespace)
        out += [f"    .xml_namespace = {quote(namespace)},",
                f"    .protocol = model::Protocol::{PROTOCOLS[meta['protocol']]},",
                f"    .query_compatible = {'true' if 'awsQueryCompatible' in meta else 'false'},",
                "    .operations = kOperations,",
                f"    .errors = {'kErrors' if errors else '{}'},", "};", "",
                f"}}  // namespace cumulite::api::{self.namespace}"]
        return "\n".join(out) + "\n"


def main():
    source, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    service = re.sub(r"\W", "_", source.stem)
    namespace = sys.argv[3] if len(sys.argv) > 3 else service
    with open(source, encoding="utf-8") as text:
        generator = Generator(json.load(text), service, namespace)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{service}.h").write_text(generator.header(), encoding="utf-8")
    (folder / f"{service}.cc").write_text(generator.source(), encoding="utf-8")


if __name__ == "__main__":
    main()

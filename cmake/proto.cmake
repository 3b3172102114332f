# The calls, generated: protoc-c's C for every .proto, the whole FileDescriptorSet (with comments) as bytes, and the list of services.
find_program(PROTOC protoc REQUIRED)
find_program(PROTOC_C protoc-c REQUIRED)

set(GEN ${CMAKE_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${GEN})
file(GLOB PROTOS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/proto/*.proto)
find_file(DESCRIPTOR_PROTO google/protobuf/descriptor.proto PATHS /usr/include REQUIRED)
get_filename_component(WELL_KNOWN ${DESCRIPTOR_PROTO}/../../.. ABSOLUTE)

set(GENERATED "")
foreach(file ${PROTOS})
  get_filename_component(name ${file} NAME_WE)
  add_custom_command(
    OUTPUT ${GEN}/${name}.pb-c.c ${GEN}/${name}.pb-c.h
    COMMAND ${PROTOC_C} --c_out=${GEN} -I${CMAKE_SOURCE_DIR}/proto ${file}
    DEPENDS ${PROTOS} VERBATIM)
  list(APPEND GENERATED ${GEN}/${name}.pb-c.c)
endforeach()
add_custom_command(
  OUTPUT ${GEN}/google/protobuf/descriptor.pb-c.c
  COMMAND ${PROTOC_C} --c_out=${GEN} -I${WELL_KNOWN} ${DESCRIPTOR_PROTO}
  VERBATIM)
list(APPEND GENERATED ${GEN}/google/protobuf/descriptor.pb-c.c)

add_custom_command(
  OUTPUT ${GEN}/descriptor_set.bin
  COMMAND ${PROTOC} --include_source_info --include_imports --descriptor_set_out=${GEN}/descriptor_set.bin -I${CMAKE_SOURCE_DIR}/proto ${PROTOS}
  DEPENDS ${PROTOS} VERBATIM)

# services.inc: one row a service, so that a new domain needs no C.
set(SERVICES "")
set(INCLUDES "")
foreach(file ${PROTOS})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  get_filename_component(name ${file} NAME_WE)
  file(STRINGS ${file} package REGEX "^package ")
  string(REGEX MATCH "[a-zA-Z0-9_]+[.][a-zA-Z0-9_.]+" package "${package}")
  string(REPLACE "." "__" prefix "${package}")
  file(STRINGS ${file} services REGEX "^service ")
  foreach(line ${services})
    string(REGEX REPLACE "^service ([A-Za-z0-9]+).*" "\\1" service "${line}")
    string(REGEX REPLACE "([a-z0-9])([A-Z])" "\\1_\\2" snake "${service}")
    string(TOLOWER "${snake}" snake)
    string(APPEND SERVICES "  SERVICE(${prefix}__${snake}__descriptor)\n")
    string(APPEND INCLUDES "#include \"${name}.pb-c.h\"\n")
  endforeach()
endforeach()
file(CONFIGURE OUTPUT ${GEN}/services.inc CONTENT "${SERVICES}" @ONLY)
file(CONFIGURE OUTPUT ${GEN}/services.h CONTENT "${INCLUDES}" @ONLY)

enable_language(ASM)
set(DESCRIPTOR_SET_FILE ${GEN}/descriptor_set.bin)
configure_file(cmake/descriptor_set.S.in ${GEN}/descriptor_set.S @ONLY)
set_source_files_properties(${GEN}/descriptor_set.S PROPERTIES OBJECT_DEPENDS ${GEN}/descriptor_set.bin)

add_library(improve_proto STATIC ${GENERATED} ${GEN}/descriptor_set.S)
target_include_directories(improve_proto SYSTEM PUBLIC ${GEN})
target_link_libraries(improve_proto PUBLIC PkgConfig::PROTOBUFC)
target_compile_options(improve_proto PRIVATE $<$<COMPILE_LANGUAGE:C>:-w>)

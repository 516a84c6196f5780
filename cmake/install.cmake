# find_package(hallmark) after installation: target hallmark::kernel.
include(CMakePackageConfigHelpers)

install(TARGETS hallmark_kernel EXPORT hallmark)
install(DIRECTORY kernel/hallmark DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h")
install(EXPORT hallmark FILE hallmark-targets.cmake NAMESPACE hallmark::
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hallmark)

configure_package_config_file(cmake/hallmark-config.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/hallmark-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hallmark)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/hallmark-config-version.cmake
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/hallmark-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/hallmark-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hallmark)

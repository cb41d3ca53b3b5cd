#pragma once

#include "emulator/core/records/shape_codec.h"

#pragma once

#include "emulator/core/records/fields.h"

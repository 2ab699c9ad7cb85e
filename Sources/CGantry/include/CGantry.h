#ifndef CGANTRY_H
#define CGANTRY_H

#endif
